/*
 * A lane: a string of operations, decoded from an input and done one after another, by one thread at a
 * time. Its blocks are in slots; lanes hand blocks to each other through the mailbox.
 *
 *	operation.c	decodes an operation and does it
 *	call.c		makes a call of the family and judges what it gives
 *	run.c		lanes, one or several at once, from an input to its end
 */
#ifndef FUZZ_LANE_H
#define FUZZ_LANE_H

#include "fuzz/input.h"
#include "fuzz/record.h"

enum {
	LANES_MAX = 4,
	SLOTS = 128,
	MAILBOX = 16,
	RECORDS_MAX = LANES_MAX * SLOTS + MAILBOX,
};

struct lane {
	struct input input;
	struct record *slots[SLOTS];
	size_t live_bytes; /* asked for, in its slots */
	size_t room;	   /* live bytes to which a refusal needs a reason */
	uint32_t next_tag; /* of a pattern */
	unsigned depth;	   /* threads that wait for one another */
	bool is_alone;	   /* no other lane is at work: the heap can be validated */
	bool is_reborn;	   /* the thread shall end, and another one go on */
};

/* All records, and those that wait to be taken by any lane. */
extern struct record records[RECORDS_MAX];
extern struct record *mailbox[MAILBOX];

/* ---- run.c ---- */

/* The bytes as one lane, everything repeatable; or as two to four at once. */
void run_single(const uint8_t *data, size_t size);
void run_threads(const uint8_t *data, size_t size);

/* Does the lane's next operations, `count` at most, on a thread of its own; waits for its end. */
void run_on_thread(struct lane *lane, unsigned count);

/* ---- operation.c ---- */

void operation_do(struct lane *lane);

/* Every pattern holds; of a lane that is alone, blocks do not overlap, and the heap is sound. */
void check_all(struct lane *lane);

/* ---- call.c: each checks what the call promises. A full record is one with a block. ---- */

void call_malloc(struct lane *lane, struct record *empty, size_t size);
void call_calloc(struct lane *lane, struct record *empty, size_t count, size_t size);
void call_realloc(struct lane *lane, struct record *record, size_t size);
void call_reallocarray(struct lane *lane, struct record *record, size_t count, size_t size);
void call_aligned_alloc(struct lane *lane, struct record *empty, size_t alignment, size_t size);
void call_posix_memalign(struct lane *lane, struct record *empty, size_t alignment, size_t size);
void call_memalign(struct lane *lane, struct record *empty, size_t alignment, size_t size);
void call_valloc(struct lane *lane, struct record *empty, size_t size);
void call_pvalloc(struct lane *lane, struct record *empty, size_t size);
void call_free(struct lane *lane, struct record *record);
void call_free_sized(struct lane *lane, struct record *full);
void call_usable_size(const struct record *record);
void call_trim(void);

#endif
