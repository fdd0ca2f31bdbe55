/*
 * A slot for each few slabs, by the place of their descriptor: a chain goes out when it is long enough, or when
 * another slab needs the slot.
 */
#include "heap/outbox.h"

#include "heap/exchange.h"

static void send(struct outgoing *outgoing)
{
	struct descriptor *slab = outgoing->slab;

	outgoing->slab = NULL;
	if (slab)
		outbox_push(slab, &outgoing->chain);
}

/* Sends it, for the blocks of others that the heap's thread frees are many. */
static void send_and_count(struct heap *heap, struct outgoing *outgoing)
{
	if (outgoing->slab)
		exchange_count_sent(heap, outgoing->slab, outgoing->chain.count);
	send(outgoing);
}

void outbox_send_full(struct heap *heap, struct outgoing *outgoing)
{
	send_and_count(heap, outgoing);
	heap_event(heap, OUTBOX_CHAIN_MAX);
}

void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	struct outgoing *slot = outbox_slot(heap, slab);
	struct outgoing outgoing = {slab, {.first = block, .last = block, .count = 1}};
	bool is_large = slab_stride(slab) > OUTBOX_BLOCK_MAX;

	send_and_count(heap, is_large ? &outgoing : slot);
	if (!is_large)
		*slot = outgoing;
	heap_event(heap, is_large ? 1 : CALLS_LEAST);
}

void outbox_flush(struct heap *heap)
{
	for (size_t i = 0; i < CONFIG_OUTBOX_SLOTS; i++)
		send(&heap->outbox[i]);
}
