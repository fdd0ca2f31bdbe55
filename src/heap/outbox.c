/*
 * A slot for each few slabs, by the place of their descriptor: a chain goes out when it is long enough, or when
 * another slab needs the slot.
 */
#include "heap/outbox.h"

enum {
	OUTBOX_CHAIN_MAX = 32, /* blocks */
};

static void send(struct outgoing *outgoing)
{
	struct descriptor *slab = outgoing->slab;

	outgoing->slab = NULL;
	if (slab)
		outbox_push(slab, &outgoing->chain);
}

static struct outgoing *slot_for(struct heap *heap, const struct descriptor *slab)
{
	return &heap->outbox[((uintptr_t)slab >> DESCRIPTOR_SIZE_LOG2) % CONFIG_OUTBOX_SLOTS];
}

void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	struct outgoing *outgoing = slot_for(heap, slab);

	if (UNLIKELY(outgoing->slab != slab)) {
		send(outgoing);
		outgoing->slab = slab;
		outgoing->chain = (struct chain){.first = block, .last = block, .count = 1};
		heap_event(heap, CALLS_LEAST);
		return;
	}
	block->next = outgoing->chain.first;
	outgoing->chain.first = block;
	if (UNLIKELY(++outgoing->chain.count == OUTBOX_CHAIN_MAX)) {
		send(outgoing);
		heap_event(heap, OUTBOX_CHAIN_MAX);
	}
}

void outbox_flush(struct heap *heap)
{
	for (size_t i = 0; i < CONFIG_OUTBOX_SLOTS; i++)
		send(&heap->outbox[i]);
}
