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

/* Sends it, for the blocks of others that the heap's thread frees are many; that is worth so many calls. */
static void send_and_count(struct heap *heap, struct outgoing *outgoing, uint32_t calls)
{
	if (outgoing->slab)
		exchange_count_sent(heap, outgoing->slab, outgoing->chain.count);
	send(outgoing);
	heap_event(heap, calls);
}

void outbox_send_full(struct heap *heap, struct outgoing *outgoing)
{
	send_and_count(heap, outgoing, OUTBOX_CHAIN_MAX);
}

void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	struct outgoing *slot = outbox_slot(heap, slab);
	struct outgoing outgoing = {slab, {.first = block, .last = block, .count = 1}};

	if (slab_stride(slab) > OUTBOX_BLOCK_MAX) {
		send_and_count(heap, &outgoing, 1);
		return;
	}
	send_and_count(heap, slot, CALLS_LEAST);
	*slot = outgoing;
}

void outbox_flush(struct heap *heap)
{
	for (size_t i = 0; i < CONFIG_OUTBOX_SLOTS; i++)
		send(&heap->outbox[i]);
}
