/*
 * Vectors that grow by half of their size up to a limit, then are cut to three quarters and let go; many
 * at a time, so that they stand in each other's way.
 *
 *	vectors=N	alive at a time
 *	smallest=N largest=N	up to which they grow, each doubling half as often
 */
#include "bench.h"

enum {
	SMALLEST = 32,
};

static struct sizes limits;

struct vector {
	uint32_t *content;
	size_t size;
	size_t limit;
};

/* The new part is written, page by page. */
static void resize(struct vector *vector, size_t size, uint32_t value)
{
	uint32_t *content = realloc(vector->content, size);

	if (content == NULL)
		fail("realloc returned NULL");
	if (size > vector->size)
		block_touch(content, vector->size, size, value);
	vector->content = content;
	vector->size = size;
}

static uint32_t turn(struct vector *vector, uint64_t done)
{
	uint32_t check = 0;

	if (vector->content != NULL && vector->size > vector->limit) {
		resize(vector, vector->size / 4 * 3, 0);
		check = block_end(vector->content);
		vector->content = NULL;
	}
	if (vector->content == NULL) {
		vector->limit = sizes_at(&limits, done);
		vector->content = block_new(SMALLEST, (uint32_t)done);
		vector->size = SMALLEST;
	} else {
		resize(vector, vector->size + vector->size / 2, (uint32_t)done);
	}
	return check;
}

int main(int argc, char **argv)
{
	struct vector *vector;
	struct random random;
	uint64_t operations;
	uint32_t vectors, check = 0;

	bench_start(argc, argv);
	operations = scaled("operations", 10000000);
	vectors = (uint32_t)number("vectors", 100);
	sizes_skewed(&limits, (uint32_t)number("smallest", 256),
		     (uint32_t)number("largest", 1 << 20));
	vector = table_new(vectors, sizeof(*vector));
	random = random_seeded(0);

	bench_begin();
	for (uint64_t done = 0; done < operations; done++)
		check += turn(&vector[random_below(&random, vectors)], done);
	bench_end(operations, check, 0);
	printf("\n");

	for (uint32_t i = 0; i < vectors; i++)
		free(vector[i].content);
	free(vector);
	return 0;
}
