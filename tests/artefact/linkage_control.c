/*
 * The control of tests/artefact/linkage: a small library in which nothing is wrong, and by CONTROL_X one thing is.
 */
#include <stdlib.h>

void *malloc(size_t size)
{
	static char area[64];

	return size <= sizeof(area) ? area : NULL;
}

#ifdef CONTROL_IMPORT
char *control_import(void);
char *control_import(void)
{
	return getenv("TAILOR");
}
#endif

#ifdef CONTROL_TLS
void **control_slot(void);
void **control_slot(void)
{
	static __thread void *slot __attribute__((tls_model(CONTROL_TLS)));

	return &slot;
}
#endif

/* An address in the code, which is not known before the library is loaded. */
#ifdef CONTROL_TEXT
extern int control_elsewhere;
int control_elsewhere;
__asm__(".text\n.balign 8\n.dc.a control_elsewhere\n");
#endif
