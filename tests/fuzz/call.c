/*
 * The calls of the family, each made and judged: what is NULL, and why; errno; alignment, usable size,
 * zeroes and content; and that a block is where the allocator has mapped memory, and nobody else's.
 *
 * NULL is right when the arguments say so, when the request is larger than the lane's room, or when
 * the system was told to refuse meanwhile.
 */
#include "fuzz/lane.h"

#include "platform/libc.h"
#include "platform/os.h"
#include "support/family.h"
#include "support/ledger.h"
#include "support/refusals.h"

#include <errno.h>
#include <stdalign.h>

enum {
	UNTOUCHED = 4242, /* no errno of any system */
};

/* What was asked for, and what it may come to. */
struct request {
	size_t size;
	size_t alignment; /* that the block must have */
	size_t asked;	  /* what the record notes of it */
	int error;	  /* that it must end with; 0: none */
	size_t failures;  /* of the system, before the call */
};

static struct request request_of(size_t size, size_t alignment, size_t asked, int error)
{
	struct request request = {
		.size = size,
		.alignment = alignment,
		.asked = asked,
		.error = error,
	};

	/* No object is larger (C11 7.20.3): such a request is never granted. */
	if (!error && (size > PTRDIFF_MAX || alignment > (size_t)PTRDIFF_MAX + 1))
		request.error = ENOMEM;
	request.failures = refusals_made();
	errno = UNTOUCHED;
	return request;
}

/* What any malloc must be aligned to: as the largest object that fits (C11 7.22.3). */
static size_t natural_alignment(size_t size)
{
	size_t alignment = alignof(max_align_t);

	while (alignment > 1 && alignment > size)
		alignment /= 2;
	return alignment;
}

static bool is_power_of_2(size_t number)
{
	return number != 0 && (number & (number - 1)) == 0;
}

/* ---- judging what a call gave --------------------------------------------------------------- */

static void judge_refusal(const struct lane *lane, const struct request *request, int error)
{
	if (request->error) {
		REQUIRE(error == request->error, "a refusal has the errno of its reason");
		return;
	}
	REQUIRE(error == ENOMEM, "a refusal without another reason is ENOMEM");
	REQUIRE(refusals_made() != request->failures || request->size > lane->room ||
			request->alignment > lane->room - request->size ||
			lane->live_bytes > lane->room - request->size - request->alignment,
		"a request is granted when there is memory");
}

static void check_apart_from_all(const struct lane *lane, const struct record *record)
{
	for (size_t i = 0; i < SLOTS; i++) {
		if (lane->slots[i] != record && lane->slots[i]->address)
			record_check_apart(record, lane->slots[i]);
	}
}

/* The block that a request was granted, into a record. It is not written to yet. */
static void judge_block(struct lane *lane, struct record *record, void *block,
			const struct request *request)
{
	size_t usable_size = FAMILY(malloc_usable_size)(block);

	REQUIRE(!request->error, "a request that cannot be is refused");
	REQUIRE(((uintptr_t)block & (request->alignment - 1)) == 0, "a block is aligned");
	REQUIRE(usable_size >= request->size && usable_size > 0,
		"a block is as large as asked for");
	REQUIRE(ledger_holds(block, usable_size), "a block is in memory that was mapped");
	*record = (struct record){
		.address = block,
		.size = request->size,
		.alignment = request->asked,
		.filled = usable_size,
	};
	check_apart_from_all(lane, record);
	lane->live_bytes += request->size;
}

static void take_result(struct lane *lane, struct record *record, void *block,
			const struct request *request)
{
	if (!block) {
		judge_refusal(lane, request, errno);
		return;
	}
	judge_block(lane, record, block, request);
	record_fill(record, lane->next_tag++);
}

/* ---- allocating ----------------------------------------------------------------------------- */

void call_malloc(struct lane *lane, struct record *empty, size_t size)
{
	const struct request request = request_of(size, natural_alignment(size), 0, 0);

	take_result(lane, empty, FAMILY(malloc)(size), &request);
}

void call_calloc(struct lane *lane, struct record *empty, size_t count, size_t size)
{
	bool wraps = size != 0 && count > SIZE_MAX / size;
	const struct request request =
		request_of(wraps ? 0 : count * size, natural_alignment(wraps ? 0 : count * size), 0,
			   wraps ? ENOMEM : 0);
	unsigned char *block = FAMILY(calloc)(count, size);

	if (block) {
		REQUIRE(!wraps, "a product that wraps around is refused");
		check_zeroes(block, request.size);
	}
	take_result(lane, empty, block, &request);
}

void call_aligned_alloc(struct lane *lane, struct record *empty, size_t alignment, size_t size)
{
	const struct request request =
		request_of(size, alignment, alignment, is_power_of_2(alignment) ? 0 : EINVAL);

	take_result(lane, empty, FAMILY(aligned_alloc)(alignment, size), &request);
}

void call_posix_memalign(struct lane *lane, struct record *empty, size_t alignment, size_t size)
{
	bool is_valid = is_power_of_2(alignment) && alignment % sizeof(void *) == 0;
	const struct request request =
		request_of(size, alignment, alignment, is_valid ? 0 : EINVAL);
	void *const untouched = empty;
	void *block = untouched;
	int error = FAMILY(posix_memalign)(&block, alignment, size);

	REQUIRE(errno == UNTOUCHED, "posix_memalign leaves errno");
	REQUIRE(error == 0 || block == untouched, "posix_memalign leaves the result when it fails");
	if (error != 0) {
		judge_refusal(lane, &request, error);
		return;
	}
	take_result(lane, empty, block, &request);
}

void call_memalign(struct lane *lane, struct record *empty, size_t alignment, size_t size)
{
	bool is_possible = alignment <= SIZE_MAX / 2 + 1;
	size_t power = 1;

	while (is_possible && power < alignment)
		power *= 2;
	const struct request request = request_of(size, power, power, is_possible ? 0 : EINVAL);

	take_result(lane, empty, FAMILY(memalign)(alignment, size), &request);
}

void call_valloc(struct lane *lane, struct record *empty, size_t size)
{
	const struct request request = request_of(size, os_page_size(), os_page_size(), 0);

	take_result(lane, empty, FAMILY(valloc)(size), &request);
}

void call_pvalloc(struct lane *lane, struct record *empty, size_t size)
{
	size_t page_size = os_page_size();
	bool wraps = size > SIZE_MAX - page_size;
	size_t whole = wraps ? size : (size + page_size - 1) / page_size * page_size;
	const struct request request = request_of(whole, page_size, page_size, wraps ? ENOMEM : 0);

	take_result(lane, empty, FAMILY(pvalloc)(size), &request);
}

/* ---- resizing ------------------------------------------------------------------------------- */

/* A block was freed, without a word about it. */
static void forget(struct lane *lane, struct record *record)
{
	lane->live_bytes -= record->size;
	record->address = NULL;
}

/* What realloc or reallocarray gave for a record, with a block or without. */
static void judge_resized(struct lane *lane, struct record *record, void *block,
			  const struct request *request)
{
	const struct record old = *record;
	bool frees =
		old.address && request->size == 0 && !request->error && LIBC_REALLOC_ZERO_FREES;

	if (frees) {
		REQUIRE(!block && errno == UNTOUCHED, "realloc(block, 0) frees on this libc");
		forget(lane, record);
		return;
	}
	if (!block) {
		judge_refusal(lane, request, errno);
		if (old.address)
			record_check(&old);
		return;
	}
	if (old.address) {
		record_check_prefix(&old, block, request->size);
		forget(lane, record);
	}
	take_result(lane, record, block, request);
}

void call_realloc(struct lane *lane, struct record *record, size_t size)
{
	const struct request request = request_of(size, natural_alignment(size), 0, 0);

	judge_resized(lane, record, FAMILY(realloc)(record->address, size), &request);
}

void call_reallocarray(struct lane *lane, struct record *record, size_t count, size_t size)
{
	bool wraps = size != 0 && count > SIZE_MAX / size;
	size_t total = wraps ? 0 : count * size;
	const struct request request =
		request_of(total, natural_alignment(total), 0, wraps ? ENOMEM : 0);
	void *block = FAMILY(reallocarray)(record->address, count, size);

	REQUIRE(!wraps || !block, "a product that wraps around is refused");
	judge_resized(lane, record, block, &request);
}

/* ---- freeing -------------------------------------------------------------------------------- */

void call_free(struct lane *lane, struct record *record)
{
	void *block = record->address;

	if (block) {
		record_check(record);
		forget(lane, record);
	}
	errno = UNTOUCHED;
	FAMILY(free)(block);
	REQUIRE(errno == UNTOUCHED, "free leaves errno");
}

/* With the size, and the alignment if there was one, that the block was asked for with. */
void call_free_sized(struct lane *lane, struct record *full)
{
	const struct record old = *full;

	record_check(full);
	forget(lane, full);
	errno = UNTOUCHED;
	if (old.alignment == 0)
		FAMILY(free_sized)(old.address, old.size);
	else
		FAMILY(free_aligned_sized)(old.address, old.alignment, old.size);
	REQUIRE(errno == UNTOUCHED, "free_sized leaves errno");
}

void call_usable_size(const struct record *record)
{
	size_t usable_size = FAMILY(malloc_usable_size)(record->address);

	REQUIRE(usable_size == (record->address ? record->filled : 0),
		"the usable size stays what it was");
}

void call_trim(void)
{
	int result = FAMILY(malloc_trim)(0);

	REQUIRE(result == 0 || result == 1, "malloc_trim gives 0 or 1");
}
