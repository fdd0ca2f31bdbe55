/*
 * A worker of the soak: a thread that allocates, resizes, exchanges and frees at random, in one of
 * several ways, until it is told to rest.
 */
#ifndef SOAK_WORKER_H
#define SOAK_WORKER_H

#include "support/test.h"

enum {
	WORKERS_MAX = 8,
	WORKER_SLOTS = 400,
	EXCHANGE_SLOTS = 512,
};

enum worker_role {
	ROLE_CHURN,    /* all sizes, short lives */
	ROLE_PRODUCER, /* what it makes goes to the exchange, */
	ROLE_CONSUMER, /* and is freed by another */
	ROLE_NURSERY,  /* starts threads that leave blocks behind, and ends them */
	ROLE_RESIZER,  /* realloc and alignment, larger blocks */
	ROLE_COUNT,
};

struct worker {
	enum worker_role role;
	struct test_random random;
	struct soak_block *slots[WORKER_SLOTS];
	size_t live_bytes;
	size_t room; /* live bytes that it stays below */
	uint64_t operations;
	uint64_t refusals;
	uint32_t births; /* of threads */
	uint32_t forks;
};

/* Set by the first that sees something wrong; then all workers stop. */
bool soak_failed(void);

/* Says what is wrong, once, and where it was seen. Returns false. */
bool soak_fail(const char *what);

/* Works until `*must_rest`, or something is wrong; `count` operations at most. */
void worker_run(struct worker *worker, const bool *must_rest, uint64_t count);

/* Frees all that the worker has, and looks at it. */
void worker_free_all(struct worker *worker);

/* Frees what waits in the exchange; nobody is at work. */
void exchange_free_all(void);

/* The bytes that are live there. */
size_t exchange_bytes(void);

#endif
