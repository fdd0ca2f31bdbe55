/* Slabs of three blocks and three pushers: chains that grow while others take them. */
#define GRANULES 1
#define REGIONS 1
#define CAPACITY_A 3
#define CAPACITY_B 1
#define BLOCKS_EACH 3
#define START 3
#define OWNER_CAN (CAN_MALLOC + CAN_FREE + CAN_ADOPT + CAN_COLLECT + CAN_RETIRE + CAN_EXIT)
#define THREADS 5
#define START_THREADS \
	run thread(OWNER_HEAP, OWNER_CAN, 2); \
	run thread(CLAIMER_HEAP, CAN_CLAIM + CAN_A, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1); \
	run thread(EMPTY_HEAP, CAN_FREE, 1)
