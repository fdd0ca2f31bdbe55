/*
 * When a chain goes out: it is long enough, another slab needs its place, or there are too many.
 */
#include "heap/outbox.h"

#include "base/check.h"
#include "heap/exchange.h"

/* Sends blocks of a slab home. The blocks of others that the heap's thread frees are many, if that is an event. */
static void send(struct heap *heap, struct block *first, uint32_t calls)
{
	struct descriptor *slab = slab_or_run_of(first);
	uint32_t count = outbox_count(first);

	/* What it notes is where the program might go on writing. */
	CHECK(count - 1 < OUTBOX_CHAIN_MAX && first->note % BLOCK_ALIGN == 0,
	      "a free block was written to");
	if (calls > 0)
		exchange_count_sent(heap, slab, count);
	outbox_push(slab, first, outbox_last(first), count);
	heap_event(heap, calls);
}

void outbox_send(struct heap *heap, size_t place, uint32_t calls)
{
	struct block *first = heap->outbox[place];

	heap->outbox[place] = NULL;
	heap->outgoing[0]--;
	send(heap, first, calls);
}

void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	size_t place = outbox_place(block);
	size_t other = place;

	if (outbox_join(heap, block))
		return;
	block->note = GRANULE_SIZE + ((uintptr_t)block & (GRANULE_SIZE - 1));
	if (slab->capacity < OUTBOX_CAPACITY_MIN) {
		send(heap, block, 1);
		return;
	}
	/* The next one down: slabs are made upwards, and their blocks freed in the order in which they were allocated. */
	if (outbox_chain_count(heap) == CONFIG_OUTBOX_SLOTS) {
		while (!heap->outbox[other])
			other = (other - 1) % OUTBOX_PLACES;
	}
	if (heap->outbox[other])
		outbox_send(heap, other, CALLS_LEAST);
	heap->outbox[place] = block;
	heap->outgoing[0]++;
}

void outbox_flush(struct heap *heap)
{
	for (size_t i = 0; i < OUTBOX_PLACES; i++) {
		if (heap->outbox[i])
			outbox_send(heap, i, 0);
	}
}
