/* Slabs of three blocks: a free that claims the slab finds a chain there. */
#define GRANULES 1
#define REGIONS 1
#define CAPACITY_A 3
#define CAPACITY_B 1
#define BLOCKS_EACH 3
#define START 3
#define THREADS 4
#define START_THREADS \
	run thread(OWNER_HEAP, CAN_MALLOC + CAN_FREE + CAN_ADOPT + CAN_COLLECT + CAN_RETIRE, 3); \
	run thread(CLAIMER_HEAP, CAN_CLAIM + CAN_MALLOC + CAN_A, 2); \
	run thread(EMPTY_HEAP, CAN_FREE, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1)
