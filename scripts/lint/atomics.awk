# SPDX-License-Identifier: MIT
#
# Prints the lines that make an atomic access by other means than the wrappers. The wrappers' names are the standard's,
# so that its header is what tells them apart.

{ code = code_of($0) }

# What is included stands in no string.
code ~ /^[ \t]*#[ \t]*include[ \t]*<(stdatomic[.]h|atomic)>/ || \
code ~ /(^|[^A-Za-z0-9_])(_Atomic|__atomic_[a-z_]+|__sync_[a-z_]+|__c11_atomic_[a-z_]+|atomic_[a-z_]+_explicit)([^A-Za-z0-9_]|$)/ {
	print FILENAME ":" FNR ": an atomic access that CONFIG_ATOMIC_WIDTH does not bound: use src/platform/atomic.h"
}
