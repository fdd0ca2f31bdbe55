/*
 * An owner, two pushers, a claimer that reclaims as well, and an exit, each of which may do all that it can: one granule,
 * recycled between two classes and large runs, on heaps that outlive their threads.
 */
#define GRANULES 1
#define REGIONS 1
#define CAPACITY_A 2
#define CAPACITY_B 2
#define BLOCKS_EACH 2
#define START 2
#define OWNER_CAN (CAN_MALLOC + CAN_FREE + CAN_ADOPT + CAN_COLLECT + CAN_RETIRE + CAN_EXIT + \
	CAN_NEW + CAN_LARGE + CAN_UNMAP + CAN_B)
#define CLAIMER_CAN (CAN_CLAIM + CAN_NEW + CAN_MALLOC + CAN_FREE + CAN_RETIRE + CAN_A + CAN_B + \
	CAN_INHERIT + CAN_RECLAIM)
#define THREADS 4
#define START_THREADS \
	run thread(OWNER_HEAP, OWNER_CAN, 3); \
	run thread(CLAIMER_HEAP, CLAIMER_CAN, 2); \
	run thread(EMPTY_HEAP, CAN_FREE + CAN_GATHER, 2); \
	run thread(EMPTY_HEAP, CAN_FREE, 1)
