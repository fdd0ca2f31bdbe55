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

# static_or_skip NAME [threads]: ends the test where no program can be linked with the allocator.
static_or_skip() {
	config=$objtree/include/generated/config.mk
	if grep -q '^CONFIG_INTERFACE_PREFIXED *:= *y' "$config"; then
		skip "$1" "the configuration does not replace malloc"
	elif [ "${2-}" = threads ] && ! grep -q '^CONFIG_THREADS *:= *y' "$config"; then
		skip "$1" "the configuration is for programs without threads"
	else
		return 0
	fi
	report_end
}

# link PROGRAM [OUTPUT [LIBRARY]]: as $work/OUTPUT, statically, on the allocator or on LIBRARY ("-": the libc's own).
# Some programs' own make builds them, to which ours would say not to use its built-in rules.
link() {
	# shellcheck disable=SC2086 # a command and its flags
	env -u MAKEFLAGS -u MFLAGS "$srctree/scripts/testbed/program" "$1" "$work/${2:-${1##*/}}" "${3:-$objtree/libtailor.a}" \
		$CC ${TAILOR_ARCH_FLAGS-}
}

# break_malloc SOUND_CALLS WIPES: as $work/twice/tailor.o the archive's one member, under other names, with a malloc before
# it that is broken on purpose: twice.c says how.
break_malloc() {
	mkdir -p "$work/twice" || return
	# shellcheck disable=SC2086 # a command and its flags
	(cd "$work/twice" && "$($CC -print-prog-name=ar)" x "$objtree/libtailor.a" tailor.o &&
		"$($CC -print-prog-name=objcopy)" --redefine-sym malloc=sound_malloc --redefine-sym realloc=sound_realloc \
			--redefine-sym free=sound_free tailor.o sound.o &&
		$CC ${TAILOR_ARCH_FLAGS-} -std=c11 -O2 -fPIC -fno-builtin -Wall -Wextra -DSOUND_CALLS="$1" -DWIPES="$2" -c \
			-o twice.o "$here/twice.c" &&
		$CC ${TAILOR_ARCH_FLAGS-} -nostdlib -r -o tailor.o sound.o twice.o)
}

# link_twice PROGRAM OUTPUT SOUND_CALLS: as link, on an archive that hands out blocks twice.
link_twice() {
	break_malloc "$3" 0 && rm -f "$work/twice/libtwice.a" &&
		"$($CC -print-prog-name=ar)" rc "$work/twice/libtwice.a" "$work/twice/tailor.o" &&
		link "$1" "$2" "$work/twice/libtwice.a"
}

# must_find TEXT COMMAND...: a program on a broken malloc ends as only its own code can: by the signal of a wild access, of an
# assertion or of a check, or badly and with a line that matches TEXT. What could not be started does neither.
must_find() {
	text=$1
	shift
	status=0
	"$@" >"$work/said" 2>&1 || status=$?
	echo "status $status, and at last:"
	tail -n 5 "$work/said"
	if [ "$status" -gt 128 ]; then
		case $(kill -l "$status") in
		ILL | TRAP | ABRT | BUS | FPE | SEGV) return 0 ;;
		esac
	fi
	[ "$status" -ne 0 ] && grep -a -e "$text" "$work/said"
}

# finds_twice PROGRAM SOUND_CALLS TEXT ARGUMENT...: PROGRAM's own tests find that blocks are handed out twice, before they go
# round in a list of such.
finds_twice() {
	program=$1
	sound_calls=$2
	text=$3
	shift 3
	# shellcheck disable=SC2086 # a command and its flags, or nothing
	link_twice "$program" "${program##*/}_twice" "$sound_calls" &&
		must_find "$text" timeout -k 5 300 ${EMULATOR-} "$work/${program##*/}_twice" "$@"
}

# emulated COMMAND...: a program for the target.
emulated() {
	# shellcheck disable=SC2086 # a command and its flags, or nothing
	${EMULATOR-} "$@"
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
