# shellcheck shell=sh disable=SC2034,SC2154
# What the programs' tests share, beside tests/support/report.sh. Sourced by each of them; the environment is
# that of `run`, and `here` is this folder.
#
# A test works in a folder of its own, $work, which is gone at the end, however it ends. sh ignores -e in
# whatever `check` calls, so functions that are checked chain their commands.

set -eu
: "${srctree:?}" "${objtree:?}" "${CC:?}"
# shellcheck source=tests/support/report.sh
. "$srctree/tests/support/report.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The same command once on the system's malloc and once on the allocator, as the first words say.
on_libc() {
	"$@"
}

on_tailor() {
	WITNESS=$work/witness LD_PRELOAD="$work/witness.so $objtree/libtailor.so" "$@"
}

# ran_on_tailor PROGRAM...: each PROGRAM (a pattern of grep -x) was run on the allocator, and no process was
# run on another malloc.
ran_on_tailor() {
	sort -u "$work/witness"
	if grep -q -v " $objtree/libtailor.so\$" "$work/witness"; then
		echo "not all of these have the malloc of $objtree/libtailor.so"
		return 1
	fi
	for program; do
		cut -d ' ' -f 1 "$work/witness" | grep -q -x "$program" || {
			echo "$program is not among them"
			return 1
		}
	done
}

# preload_or_skip NAME [threads]: ends the test where a program of this machine cannot be run on the allocator.
preload_or_skip() {
	if reason=$("$here/preloadable" "${2-}"); then
		cc -shared -fPIC -O2 -D_GNU_SOURCE -o "$work/witness.so" "$here/witness.c" -ldl
		: >"$work/witness"
	else
		skip "$1" "$reason"
		report_end
	fi
}
