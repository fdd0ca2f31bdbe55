# SPDX-License-Identifier: MIT
#
# Prints the lines that hold a page's size, or the mask of one, as a bare number. A number that merely
# happens to be 4096 has a name: the line that gives it one (a macro, an enumerator, a constant) may.

{ code = code_of($0) }

code ~ /^#[ \t]*define[ \t]+[A-Z]/ { next }
code ~ /^[ \t]*(enum \{ )?[A-Z][A-Z0-9_]*[ \t]*=/ { next }
code ~ /^static const [a-z0-9_ ]+ =/ { next }

code ~ /(^|[^A-Za-z0-9_])(409[56]|0x(1000|0*[fF][fF][fF]))[uUlL]*([^A-Za-z0-9_]|$)/ {
	print FILENAME ":" FNR ": a naked page size: ask the system for its page, or give the number a name"
}
