/*
 * A slot for each few slabs, by the place of their descriptor: a chain goes out when it is long enough, or when
 * another slab needs the slot.
 */
#include "heap/outbox.h"

static void send(struct outgoing *outgoing)
{
	struct descriptor *slab = outgoing->slab;

	outgoing->slab = NULL;
	if (slab)
		outbox_push(slab, &outgoing->chain);
}

void outbox_send_full(struct heap *heap, struct outgoing *outgoing)
{
	send(outgoing);
	heap_event(heap, OUTBOX_CHAIN_MAX);
}

void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	struct outgoing *outgoing = outbox_slot(heap, slab);
	const struct chain chain = {.first = block, .last = block, .count = 1};

	if (slab_stride(slab) > OUTBOX_BLOCK_MAX) {
		outbox_push(slab, &chain);
		heap_event(heap, 1);
		return;
	}
	send(outgoing);
	outgoing->slab = slab;
	outgoing->chain = chain;
	heap_event(heap, CALLS_LEAST);
}

void outbox_flush(struct heap *heap)
{
	for (size_t i = 0; i < CONFIG_OUTBOX_SLOTS; i++)
		send(&heap->outbox[i]);
}
