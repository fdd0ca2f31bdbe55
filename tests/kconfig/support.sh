# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the parts of this test share. Sourced by each of them. A part works in
# $work, on a copy of the source tree that it may spoil, and prints "ok NAME",
# "not ok NAME" with what was seen, or "skip NAME: WHY".

: "${source:?}" "${work:?}" "${part:?}"
# shellcheck source=scripts/kconfig/tools.sh
. "$source/scripts/kconfig/tools.sh"

passed() {
	echo "ok $part: $*"
}

# failed NAME [FILE]: FILE is what was seen instead.
failed() {
	echo "not ok $part: $1"
	[ $# -lt 2 ] || tail -n 20 "$2" | sed 's/^/    /'
}

skipped() {
	echo "skip $part: $*"
}

# check NAME COMMAND...
check() {
	title=$1
	shift
	if "$@" >"$work/seen" 2>&1; then
		passed "$title"
	else
		failed "$title" "$work/seen"
	fi
}

# says NAME TEXT COMMAND...: it succeeds, and its output has the line TEXT.
says() {
	title=$1
	wanted=$2
	shift 2
	if "$@" >"$work/seen" 2>&1 && grep -qF -e "$wanted" "$work/seen"; then
		passed "$title"
	else
		echo "expected: $wanted" >>"$work/seen"
		failed "$title" "$work/seen"
	fi
}

# refuses NAME TEXT COMMAND...: it fails, with a line that contains TEXT.
refuses() {
	title=$1
	wanted=$2
	shift 2
	if "$@" >"$work/seen" 2>&1; then
		echo "it succeeded; expected: $wanted" >>"$work/seen"
		failed "$title" "$work/seen"
	elif grep -qF -e "$wanted" "$work/seen"; then
		passed "$title"
	else
		echo "expected: $wanted" >>"$work/seen"
		failed "$title" "$work/seen"
	fi
}

# keeps FILE NAME TEXT COMMAND...: refuses, and FILE is as it was.
keeps() {
	kept=$1
	shift
	cp "$kept" "$work/kept"
	refuses "$@"
	cmp -s "$kept" "$work/kept" || failed "$1: $kept changed"
}

# copy_tree DIR: the sources, without what was built in them.
copy_tree() {
	mkdir -p "$1/include"
	(cd "$source" && tar cf - Kconfig Makefile VERSION configs scripts src) | (cd "$1" && tar xf -)
	[ ! -f "$source/include/tailor.h" ] || cp "$source/include/tailor.h" "$1/include/"
}

# has_menu TOOL: Debian's linux-kbuild has all of kbuild but the menu.
has_menu() {
	[ "$1" != kbuild ] || command -v kbuild-mconf >/dev/null
}

# defconfig_names: without the suffix.
defconfig_names() {
	for file in "$source"/configs/*_defconfig; do
		file=${file##*/}
		echo "${file%_defconfig}"
	done
}

# quiet_make ARGUMENT...
quiet_make() {
	make -s --no-print-directory "$@"
}
