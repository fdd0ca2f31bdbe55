# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the parts of this test share, beside what tests/kconfig/support.sh has. The scripts run from a copy, so that they
# can be broken, with a cache of their own, and this machine is left as it is.

: "${source:?}" "${work:?}"
# shellcheck source=tests/kconfig/support.sh
. "$source/tests/kconfig/support.sh"

export XDG_CACHE_HOME="$work/cache" INSTALL=no
kept=$XDG_CACHE_HOME/tailor
testbed=$work/tree/scripts/testbed

# fresh_scripts: a copy of the scripts as they are.
fresh_scripts() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/scripts" "$work/bin"
	cp -R "$source/scripts/testbed" "$source/scripts/kconfig" "$work/tree/scripts"
}

# broken FILE SED COMMAND...: whether COMMAND fails when SED has changed FILE of the scripts.
broken() {
	sed -i "$2" "$testbed/$1"
	! cmp -s "$testbed/$1" "$source/scripts/testbed/$1" || return
	shift 2
	broken_status=0
	"$@" || broken_status=$?
	fresh_scripts
	[ "$broken_status" -ne 0 ]
}

# nothing_is_left FOLDER: of the cache, but for logs.
nothing_is_left() {
	! find "$kept/$1" -mindepth 1 ! -name '*.log' 2>/dev/null | grep .
}

# is_refused FOLDER TEXT COMMAND...: COMMAND fails, TEXT stands in the log that it names, and of FOLDER nothing is left.
is_refused() {
	refused_folder=$1
	refused_text=$2
	shift 2
	! said=$("$@") || return
	echo "$said"
	log=$(echo "$said" | sed -n 's/.*all of it: //p')
	cat "$log"
	grep -q "$refused_text" "$log" && nothing_is_left "$refused_folder"
}

# apt_of TYPE FOLDER: from now on apt knows that folder's packages alone, deb or deb-src.
apt_of() {
	mkdir -p "$work/lists/partial" "$work/no-parts"
	echo "$1 [trusted=yes] copy:$2 ./" >"$work/sources.list"
	printf '#!/bin/sh\nexec %s "$@" -o %s -o %s -o %s\n' "$(command -v apt-get)" \
		"Dir::Etc::SourceList=$work/sources.list" "Dir::Etc::SourceParts=$work/no-parts" \
		"Dir::State::Lists=$work/lists" >"$work/bin/apt-get"
	chmod +x "$work/bin/apt-get"
	PATH=$work/bin:$PATH
}

# sums FILE: its size and checksums, as an index of binary packages has them.
sums() {
	echo "Size: $(wc -c <"$1")"
	echo "SHA256: $(sha256sum "$1" | cut -d ' ' -f 1)"
}
