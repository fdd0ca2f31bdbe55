# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# The three Kconfig tools behind one face. Sourced by configure, and by whoever asks which of them are installed.
#
#	flavour		kbuild-standalone, or the kernel's own conf as Debian's linux-kbuild
#			ships it		kbuild
#			kconfig-frontends	frontends
#			kconfiglib		kconfiglib
#
# KCONFIG=FLAVOUR names one; else the first in this order that is installed and
# has the mode is taken. The tool is only trusted to turn a list of wishes into
# a .config: what it swallows is found by compare.awk.

all_flavours='kbuild frontends kconfiglib'

# full_name FLAVOUR
full_name() {
	case $1 in
	kbuild) echo kbuild-standalone ;;
	frontends) echo kconfig-frontends ;;
	*) echo "$1" ;;
	esac
}

# how_to_get FLAVOUR
how_to_get() {
	case $1 in
	kbuild) echo 'kbuild-standalone (https://github.com/WangNan0/kbuild-standalone; conf alone: Debian package linux-kbuild-6.1)' ;;
	frontends) echo 'kconfig-frontends (Debian package kconfig-frontends)' ;;
	kconfiglib) echo 'kconfiglib (Debian package python3-kconfiglib)' ;;
	esac
}

# kbuild_program conf|mconf|nconf: its path, or nothing. Debian's linux-kbuild
# has only conf, outside PATH.
kbuild_program() {
	command -v "kbuild-$1" && return 0
	[ "$1" = conf ] || return 0
	for program in /usr/lib/linux-kbuild-*/scripts/kconfig/conf; do
		[ ! -x "$program" ] || echo "$program"
	done | tail -n 1
}

# python_with MODULE: the python that has it, or nothing: there may be several.
python_with() {
	for python in python3 /usr/bin/python3; do
		if "$python" -c "import $1" 2>/dev/null; then
			echo "$python"
			return 0
		fi
	done
}

# has_mode FLAVOUR MODE: does such a tool have it, installed or not?
has_mode() {
	case $1-$2 in
	kbuild-nconfig | kconfiglib-nconfig | kconfiglib-randconfig | kconfiglib-config) return 1 ;;
	esac
}

# program_of FLAVOUR MODE: the installed program for it, or nothing.
program_of() {
	case $2 in
	menuconfig) part=mconf ;;
	nconfig) part=nconf ;;
	*) part=conf ;;
	esac
	case $1 in
	kbuild) kbuild_program $part ;;
	frontends) command -v kconfig-$part || : ;;
	kconfiglib) python_with kconfiglib ;;
	esac
}

# installed_tools: those that are here, in that order.
installed_tools() {
	for name in $all_flavours; do
		[ -z "$(program_of "$name" olddefconfig)" ] || echo "$name"
	done
}

# any_tool: is there one at all?
any_tool() {
	[ -n "$(installed_tools)" ]
}

# names_with MODE: how to get each tool that has it.
names_with() {
	names=
	for name in $all_flavours; do
		! has_mode "$name" "$1" || names="$names${names:+, or }$(how_to_get "$name")"
	done
	echo "$names"
}

# choose_tool MODE: sets flavour and program, or ends with what to install.
choose_tool() {
	case ${KCONFIG:-} in
	'') candidates=$all_flavours ;;
	kbuild | frontends | kconfiglib) candidates=$KCONFIG ;;
	*) die "KCONFIG=$KCONFIG: no such tool; it is kbuild, frontends or kconfiglib" ;;
	esac
	for flavour in $candidates; do
		has_mode "$flavour" "$1" || continue
		program=$(program_of "$flavour" "$1")
		[ -z "$program" ] || return 0
	done
	hint=
	[ ! -d configs/resolved ] || hint="; without one, make NAME_defconfig takes what configs/resolved has"
	[ -n "${KCONFIG:-}" ] || die "$1: no Kconfig tool that has it is installed; install $(names_with "$1")$hint"
	if ! has_mode "$KCONFIG" "$1"; then
		die "$1: $(full_name "$KCONFIG") does not have it; these do: $(names_with "$1")"
	fi
	die "$1: KCONFIG=$KCONFIG is not installed; install $(how_to_get "$KCONFIG")"
}

# run_tool MODE [FILE]: works on $KCONFIG_CONFIG. FILE is what defconfig reads
# and savedefconfig writes. choose_tool MODE comes first.
run_tool() {
	case $flavour-$1 in
	kconfiglib-defconfig) "$program" -m defconfig --kconfig Kconfig "$2" ;;
	kconfiglib-savedefconfig) "$program" -m savedefconfig --kconfig Kconfig --out "$2" ;;
	kconfiglib-*) "$program" -m "$1" Kconfig ;;
	*-menuconfig | *-nconfig) "$program" Kconfig ;;
	*-config) "$program" --oldaskconfig Kconfig ;;
	*-oldconfig | *-listnewconfig | *-randconfig) "$program" "--$1" Kconfig ;;
	*) "$program" -s "--$1${2:+=$2}" Kconfig ;;
	esac
}
