/* Two granules of one region, of the same class or of two: they share the class bit. */
#define GRANULES 2
#define REGIONS 1
#define CAPACITY_A 2
#define CAPACITY_B 2
#define BLOCKS_EACH 2
#define START 2
#define THREADS 4
#define START_THREADS \
	run thread(OWNER_HEAP, CAN_NEW + CAN_MALLOC + CAN_RETIRE + CAN_A + CAN_B + CAN_EXIT, 4); \
	run thread(CLAIMER_HEAP, CAN_CLAIM + CAN_MALLOC + CAN_A, 2); \
	run thread(EMPTY_HEAP, CAN_FREE, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1)
