/* Two claimers, of A and of B, at a granule that is recycled from the one class to the other. */
#define GRANULES 1
#define REGIONS 1
#define CAPACITY_A 2
#define CAPACITY_B 2
#define BLOCKS_EACH 2
#define START 2
#define THREADS 5
#define START_THREADS \
	run thread(OWNER_HEAP, CAN_NEW + CAN_MALLOC + CAN_RETIRE + CAN_EXIT + CAN_B, 4); \
	run thread(CLAIMER_HEAP, CAN_CLAIM + CAN_MALLOC + CAN_EXIT + CAN_A, 2); \
	run thread(CLAIMER_HEAP + 1, CAN_CLAIM + CAN_MALLOC + CAN_B, 2); \
	run thread(EMPTY_HEAP, CAN_FREE, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1)
