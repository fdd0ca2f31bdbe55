/*
 * A malloc that is broken on purpose, between a program and libtailor.a: now and then a block that is in use is handed
 * out once more, and its two owners write over each other. Both may free it or make it larger, so that nobody but the
 * program itself can notice: its tests have to fail. The archive's own functions bear other names in it
 * (tests/programs/common.sh, break_malloc).
 *
 * The latest blocks are known with their sizes; behind the first SOUND_CALLS every tenth call that asks for the size of one
 * of them gets that one. With WIPES that one is filled with zeroes instead, for programs that write the same into a block
 * whoever owns it.
 */
#include <malloc.h>
#include <stddef.h>
#include <string.h>

enum {
	KNOWN_COUNT = 256,
	EVERY = 10
};

struct known {
	void *block;
	size_t byte_count;
	int has_two_owners;
};

void *sound_malloc(size_t byte_count);
void *sound_realloc(void *block, size_t byte_count);
void sound_free(void *block);

static int is_locked;
static struct known known[KNOWN_COUNT];
static unsigned int known_next;
static unsigned int call_count, chance_count;

static void lock(void)
{
	while (__atomic_exchange_n(&is_locked, 1, __ATOMIC_ACQUIRE))
		;
}

static void unlock(void)
{
	__atomic_store_n(&is_locked, 0, __ATOMIC_RELEASE);
}

static void *hand_out_again(size_t byte_count)
{
	void *block = NULL;

	lock();
	call_count++;
	for (int i = 0; i < KNOWN_COUNT && block == NULL && call_count > SOUND_CALLS; i++) {
		if (known[i].block == NULL || known[i].has_two_owners ||
		    known[i].byte_count != byte_count)
			continue;
		if (++chance_count % EVERY != 0)
			break;
		if (WIPES) {
			memset(known[i].block, 0, byte_count);
			break;
		}
		block = known[i].block;
		known[i].has_two_owners = 1;
	}
	unlock();
	return block;
}

static void remember(void *block, size_t byte_count)
{
	struct known *entry;

	lock();
	entry = &known[known_next++ % KNOWN_COUNT];
	if (!entry->has_two_owners)
		*entry = (struct known){block, byte_count, 0};
	unlock();
}

/* Whether it had two owners; it has one less now. */
static int forget(void *block)
{
	int had_two_owners = 0;

	lock();
	for (int i = 0; i < KNOWN_COUNT; i++) {
		if (block == NULL || known[i].block != block)
			continue;
		had_two_owners = known[i].has_two_owners;
		known[i] = (struct known){NULL, 0, 0};
	}
	unlock();
	return had_two_owners;
}

void *malloc(size_t byte_count)
{
	void *block = hand_out_again(byte_count);

	if (block != NULL)
		return block;
	block = sound_malloc(byte_count);
	remember(block, byte_count);
	return block;
}

void free(void *block)
{
	if (!forget(block))
		sound_free(block);
}

void *realloc(void *block, size_t byte_count)
{
	size_t kept_count;
	void *other;

	if (block == NULL)
		return malloc(byte_count);
	if (!forget(block))
		return sound_realloc(block, byte_count);
	kept_count = malloc_usable_size(block);
	other = sound_malloc(byte_count);
	if (other != NULL)
		memcpy(other, block, kept_count < byte_count ? kept_count : byte_count);
	return other;
}
