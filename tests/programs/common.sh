# shellcheck shell=sh disable=SC2034,SC2154
# What the programs' tests share. Sourced by each of them; `run` has set srctree, objtree, CC, EMULATOR and
# TAILOR_ARCH_FLAGS, and `here` is this folder.
#
# A test prints "ok - WHAT", "not ok - WHAT" or "ok - WHAT # SKIP WHY" lines; `run` counts them. It works in a
# folder of its own, $work, which is gone at the end, however it ends.

set -eu
: "${srctree:?}" "${objtree:?}" "${CC:?}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# check WHAT COMMAND...: a line of the result. What the command said is shown when it failed. It runs in the
# background because sh ignores -e in all that stands in a condition, functions that are called there included.
check() {
	what=$1
	shift
	"$@" >"$work/check.log" 2>&1 &
	if wait $!; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/#   /' "$work/check.log" | tail -n 20
	fi
}

skip() {
	echo "ok - $1 # SKIP $2"
}

# configured SYMBOL: whether the configuration under test has it.
configured() {
	grep -q "^$1 *:= *y" "$objtree/include/generated/config.mk"
}

# The same command once on the system's malloc and once on the allocator, as the first words say.
on_libc() {
	"$@"
}

on_tailor() {
	WITNESS=$work/witness LD_PRELOAD="$objtree/libtailor.so $work/witness.so" "$@"
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

# preload_or_skip WHAT [threads]: ends the test where a program of this machine cannot be run on the allocator.
preload_or_skip() {
	if reason=$("$here/preloadable" "${2-}"); then
		cc -shared -fPIC -O2 -D_GNU_SOURCE -o "$work/witness.so" "$here/witness.c" -ldl
		: >"$work/witness"
	else
		skip "$1" "$reason"
		exit 0
	fi
}
