# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the parts of this test share, beside what tests/kconfig/support.sh has. What several of them need is
# built once, in $shared.

: "${source:?}" "${work:?}" "${shared:?}"
# shellcheck source=tests/kconfig/support.sh
. "$source/tests/kconfig/support.sh"

host=$("$source/scripts/testbed/host")
# The same processor with musl.
musl=${host%_*}_musl
version=$(cat "$source/VERSION")
major=${version%%.*}

# provide NAME GOAL...: sets out to a folder in which that configuration is built, this once.
provide() {
	out=$shared/$1
	shift
	[ ! -f "$out/done" ] || return 0
	quiet_make -C "$source" O="$out" "$@" >/dev/null && quiet_make -j2 -C "$source" O="$out" && : >"$out/done" && return 0
	failed "building $*"
	exit 0
}

# For this machine: malloc replaced.
provide_native() {
	provide native "${host}_defconfig" native.config
}

provide_prefixed() {
	provide prefixed "${host}_defconfig" native.config prefixed.config
}

# can_build TARGET: is its compiler here?
can_build() {
	[ -f "$source/configs/$1_defconfig" ] || return 1
	compiler=$(sed -n 's/^CONFIG_CROSS_COMPILE="\(.*\)"$/\1/p' "$source/configs/$1_defconfig")gcc
	echo 'int main(void) { return 0; }' | "$compiler" -static -x c - -o "$work/probe" 2>/dev/null
}

# install_to PREFIX VARIABLE=VALUE...: what is in out.
install_to() {
	prefix=$1
	shift
	quiet_make -C "$source" O="$out" PREFIX="$prefix" "$@" install
}

# list_below FOLDER: all in it, with types, modes and contents.
list_below() {
	(cd "$1" && find . -type f -exec sh -c 'for f; do echo "$f $(stat -c %a "$f") $(cksum <"$f")"; done' - {} + &&
		find . -type l -exec sh -c 'for f; do echo "$f -> $(readlink "$f")"; done' - {} + &&
		find . -type d) | sort
}

# ends STATUS NAME TEXT COMMAND...: with that status, and a line that contains TEXT.
ends() {
	wanted_status=$1
	title=$2
	wanted=$3
	shift 3
	status=0
	"$@" >"$work/seen" 2>&1 || status=$?
	if [ "$status" = "$wanted_status" ] && grep -qF -e "$wanted" "$work/seen"; then
		passed "$title"
	else
		echo "ended with $status; expected: $wanted_status and: $wanted" >>"$work/seen"
		failed "$title" "$work/seen"
	fi
}
