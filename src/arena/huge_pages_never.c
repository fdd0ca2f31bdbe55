/*
 * No huge pages, also where the system gives them to everybody.
 */
#include "arena/huge_pages.h"

#include "platform/os.h"

bool huge_pages_advise(void *memory, size_t byte_count, size_t bytes_in_use)
{
	(void)bytes_in_use;
	os_huge_pages(memory, byte_count, false);
	return false;
}
