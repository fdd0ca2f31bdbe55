# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the parts of this test share, beside what tests/kconfig/support.sh has: the release, made once, and unpacked.

: "${source:?}" "${work:?}" "${shared:?}"
# shellcheck source=tests/kconfig/support.sh
. "$source/tests/kconfig/support.sh"

host=$("$source/scripts/testbed/host")
version=$(cat "$source/VERSION")
release=$shared/tailor-$version.tar.xz
tree=$shared/tailor-$version

# whole: is it asked for everything?
whole() {
	[ "${WHOLE:-}" = 1 ]
}

provide_release() {
	[ ! -d "$tree" ] || return 0
	if ! quiet_make -C "$source" O="$shared" dist || ! tar -C "$shared" -xf "$release"; then
		failed "make dist"
		exit 0
	fi
}

# clean_checkout: with git, and no file that it does not know.
clean_checkout() {
	[ -e "$source/.git" ] && [ -z "$(git -C "$source" ls-files --others --exclude-standard 2>/dev/null || echo none)" ]
}

# has COMMAND PACKAGE WHAT: or WHAT is skipped.
has() {
	command -v "$1" >/dev/null && return 0
	skipped "$3: $1 is not here (Debian: $2)"
	return 1
}
