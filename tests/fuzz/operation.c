/*
 * An operation: a byte that says which, then the bytes that it needs.
 */
#include "fuzz/lane.h"

#include "diagnostics/validate.h"
#include "slab/size_class.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/refusals.h"

enum {
	BATCH_MAX = 64,
	BATCH_LARGE_MAX = 4,
	THREAD_DEPTH_MAX = 3,
	OPERATIONS_PER_THREAD_MAX = 32,
	FAULT_NTH_MASK = 15,
	FAULT_FOR_GOOD = 16,
	CLOCK_STEP_MS = 25,
};

/* ---- slots ---------------------------------------------------------------------------------- */

static struct record *next_record(struct lane *lane)
{
	return lane->slots[input_byte(&lane->input) % SLOTS];
}

/* A record without a block: what it has is freed. */
static struct record *next_empty(struct lane *lane)
{
	struct record *record = next_record(lane);

	if (record->address)
		call_free(lane, record);
	return record;
}

static void swap_with_mailbox(struct lane *lane)
{
	struct record **slot = &lane->slots[input_byte(&lane->input) % SLOTS];
	struct record **box = &mailbox[input_byte(&lane->input) % MAILBOX];

	lane->live_bytes -= (*slot)->address ? (*slot)->size : 0;
	*slot = __atomic_exchange_n(box, *slot, __ATOMIC_ACQ_REL);
	lane->live_bytes += (*slot)->address ? (*slot)->size : 0;
}

/* ---- batches: what fills and empties slabs --------------------------------------------------- */

static void allocate_batch(struct lane *lane)
{
	unsigned slot = input_byte(&lane->input);
	unsigned count = input_byte(&lane->input) % BATCH_MAX + 1;
	size_t size = input_size(&lane->input);

	if (size > MEDIUM_SIZE_MAX)
		count = count % BATCH_LARGE_MAX + 1;
	for (unsigned i = 0; i < count; i++) {
		struct record *record = lane->slots[(slot + i) % SLOTS];

		if (!record->address)
			call_malloc(lane, record, size);
	}
}

static void free_batch(struct lane *lane)
{
	unsigned slot = input_byte(&lane->input);
	unsigned count = input_byte(&lane->input) % BATCH_MAX + 1;
	unsigned step = input_byte(&lane->input) % 8 + 1;

	for (unsigned i = 0; i < count; i++) {
		struct record *record = lane->slots[(slot + i * step) % SLOTS];

		if (record->address)
			call_free(lane, record);
	}
}

/* ---- the world around ------------------------------------------------------------------------ */

static void set_fault(struct lane *lane)
{
	unsigned byte = input_byte(&lane->input);

	refusals_plan(byte & FAULT_NTH_MASK, (byte & FAULT_FOR_GOOD) != 0);
}

/* Some ticks, or up to weeks. */
static void advance_clock(struct lane *lane)
{
	unsigned byte = input_byte(&lane->input);

	os_double_advance_clock(byte < 128 ? (uint64_t)byte * CLOCK_STEP_MS
					   : (uint64_t)1 << (byte & 31));
}

static void change_thread(struct lane *lane)
{
	unsigned count = input_byte(&lane->input) % OPERATIONS_PER_THREAD_MAX + 1;

	if (!lane->is_alone)
		lane->is_reborn = true;
	else if (lane->depth < THREAD_DEPTH_MAX)
		run_on_thread(lane, count);
}

void check_all(struct lane *lane)
{
	for (size_t i = 0; i < SLOTS; i++) {
		const struct record *record = lane->slots[i];

		if (!record->address)
			continue;
		record_check(record);
		for (size_t j = 0; j < i && lane->is_alone; j++) {
			if (lane->slots[j]->address)
				record_check_apart(record, lane->slots[j]);
		}
	}
	if (!lane->is_alone)
		return;
	REQUIRE(heap_validate() == 0, "the heap is sound");
	REQUIRE(ledger_contradictions() == 0, "what is unmapped was mapped, once");
}

/* ---- which ----------------------------------------------------------------------------------- */

static void do_aligned(struct lane *lane, unsigned which)
{
	struct record *record = next_empty(lane);
	size_t alignment = input_alignment(&lane->input);
	size_t size = input_size(&lane->input);

	switch (which) {
	case 0:
		call_aligned_alloc(lane, record, alignment, size);
		return;
	case 1:
		call_posix_memalign(lane, record, alignment, size);
		return;
	default:
		call_memalign(lane, record, alignment, size);
		return;
	}
}

/* A count and a size: mostly of an array that can be, else such that their product wraps to a small one. */
static void next_array(struct lane *lane, size_t *count, size_t *size)
{
	unsigned byte = input_byte(&lane->input);
	size_t divisor = byte % 16 + 2;

	*count = byte % 24;
	*size = input_size(&lane->input);
	if (byte < 240)
		return;
	*count = SIZE_MAX / divisor + 1;
	*size = divisor * (*size % 64 + 1);
}

static void do_array(struct lane *lane, bool is_calloc)
{
	struct record *record = is_calloc ? next_empty(lane) : next_record(lane);
	size_t count;
	size_t size;

	next_array(lane, &count, &size);
	if (is_calloc)
		call_calloc(lane, record, count, size);
	else
		call_reallocarray(lane, record, count, size);
}

static void do_sized(struct lane *lane, void (*call)(struct lane *, struct record *, size_t),
		     struct record *record)
{
	call(lane, record, input_size(&lane->input));
}

static void free_with_size(struct lane *lane)
{
	struct record *record = next_record(lane);

	if (record->address)
		call_free_sized(lane, record);
}

/* What is rare in programs, and what happens around them. */
static void do_rarely(struct lane *lane, unsigned which)
{
	switch (which) {
	case 0:
		call_usable_size(next_record(lane));
		return;
	case 1:
		free_with_size(lane);
		return;
	case 2:
		call_trim();
		return;
	case 3:
		advance_clock(lane);
		return;
	case 4:
		set_fault(lane);
		return;
	case 5:
		check_all(lane);
		return;
	case 6:
		swap_with_mailbox(lane);
		return;
	default:
		change_thread(lane);
		return;
	}
}

void operation_do(struct lane *lane)
{
	unsigned which = input_byte(&lane->input) % 32;

	switch (which) {
	case 0:
	case 1:
		do_sized(lane, call_malloc, next_empty(lane));
		return;
	case 2:
	case 3:
		do_array(lane, true);
		return;
	case 4:
	case 5:
	case 6:
		do_sized(lane, call_realloc, next_record(lane));
		return;
	case 7:
		do_array(lane, false);
		return;
	case 8:
	case 9:
		call_free(lane, next_record(lane));
		return;
	case 10:
		do_sized(lane, call_valloc, next_empty(lane));
		return;
	case 11:
		do_sized(lane, call_pvalloc, next_empty(lane));
		return;
	case 12:
	case 13:
	case 14:
		do_aligned(lane, which - 12);
		return;
	case 15:
	case 16:
	case 17:
		allocate_batch(lane);
		return;
	case 18:
	case 19:
	case 20:
		free_batch(lane);
		return;
	case 21:
	case 22:
		swap_with_mailbox(lane);
		return;
	case 23:
		change_thread(lane);
		return;
	default:
		do_rarely(lane, which - 24);
		return;
	}
}
