/*
 * A ledger of address space: which bytes the engine has mapped and not yet unmapped, as the
 * interposed calls of the platform report it. It catches a leak (bytes left over), a double unmap
 * and an unmap of what was never mapped. Static memory only; one lock.
 */
#ifndef TESTS_SUPPORT_LEDGER_H
#define TESTS_SUPPORT_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

/* [address, address + size) has been mapped; it must not have been before. */
void ledger_map(const void *address, size_t size);

/* ... has been unmapped; all of it must have been mapped. */
void ledger_unmap(const void *address, size_t size);

/* All of that range is mapped, according to the ledger. */
bool ledger_holds(const void *address, size_t size);

/* How many bytes are mapped now. */
size_t ledger_bytes(void);

/* How many were at most. */
size_t ledger_bytes_most(void);

/* How many of them are resident, as mincore() says. For an emulator, which has memory of its own beside them. */
size_t ledger_resident_bytes(void);

/* How many reports contradicted the ledger so far. */
size_t ledger_contradictions(void);

#endif
