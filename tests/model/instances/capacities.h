/* Slabs of two blocks, and of one block: such a slab is either full or released. */
#define GRANULES 1
#define REGIONS 1
#define CAPACITY_A 2
#define CAPACITY_B 1
#define BLOCKS_EACH 2
#define START 1
#define OWNER_CAN (CAN_MALLOC + CAN_FREE + CAN_ADOPT + CAN_COLLECT + CAN_RETIRE + CAN_EXIT)
#define CLAIMER_CAN (CAN_CLAIM + CAN_NEW + CAN_MALLOC + CAN_FREE + CAN_RETIRE + CAN_A + CAN_B)
#define THREADS 4
#define START_THREADS \
	run thread(OWNER_HEAP, OWNER_CAN, 2); \
	run thread(CLAIMER_HEAP, CLAIMER_CAN, 2); \
	run thread(EMPTY_HEAP, CAN_FREE, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1)
