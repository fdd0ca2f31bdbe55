# shellcheck shell=sh disable=SC2034,SC2154
# What the scripts of this folder share: how they speak, how they become root, and the cache in which
# things that take a while (unpacked sources, libraries built for a target) are kept from run to run.
# Sourced, never run; the script that sources it has set `testbed` to this folder.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/tailor

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$@"
	exit 1
}

can_be_root() {
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1
}

# as_root COMMAND...: sudo only when it is needed.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# recipe_key: one word that changes when the recipe does: the script, what it shares with the others and, if it is set, the
# file named by `recipe`.
recipe_key() {
	cat "$0" "$testbed/common.sh" ${recipe:+"$recipe"} | cksum | tr ' ' '-'
}

# cache_key CC [FLAG...]: one word that changes when the compiler, its flags or the recipe change.
cache_key() {
	{
		printf '%s\n' "$@"
		"$@" -v 2>&1
		recipe_key
	} | cksum | tr ' ' '-'
}

# cache_build DIRECTORY FUNCTION [ARGUMENT...]: fills DIRECTORY, once, by running FUNCTION in a fresh
# folder that takes the final name only when FUNCTION succeeded: a broken or half-done build is never
# taken for a good one, and two builds at once do not disturb each other.
cache_build() {
	target=$1
	shift
	[ -d "$target" ] && return 0
	mkdir -p "${target%/*}"
	fresh=$target.fresh.$$
	log=$target.log
	mkdir "$fresh"
	if ! (cd "$fresh" && "$@") >"$log" 2>&1; then
		rm -rf "$fresh"
		tail -n 5 "$log" >&2
		die "that failed; all of it: $log"
	fi
	mv -T "$fresh" "$target" 2>/dev/null || rm -rf "$fresh"
	[ -d "$target" ]
}
