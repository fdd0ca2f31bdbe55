/*
 * Slabs of three blocks, of an owner that frees, tidies, claims back and exits while another reclaims, and whose
 * blocks come back in chains.
 */
#define GRANULES 1
#define REGIONS 1
#define CAPACITY_A 3
#define CAPACITY_B 1
#define BLOCKS_EACH 3
#define START 3
#define OWNER_CAN (CAN_MALLOC + CAN_FREE + CAN_ADOPT + CAN_COLLECT + CAN_RETIRE + CAN_EXIT + \
	CAN_GATHER)
#define THREADS 3
#define START_THREADS \
	run thread(OWNER_HEAP, OWNER_CAN, 4); \
	run thread(RECLAIMER_HEAP, CAN_RECLAIM, 3); \
	run thread(EMPTY_HEAP, CAN_FREE + CAN_GATHER, 3)
