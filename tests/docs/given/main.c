/* A reader's own program: what it is does not matter, only that it allocates. */
#include <stdlib.h>
#include <string.h>

int main(void)
{
	char *text = malloc(100);

	if (!text)
		return EXIT_FAILURE;
	strcpy(text, "it runs");
	free(text);
	return EXIT_SUCCESS;
}
