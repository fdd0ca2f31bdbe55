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

# provide_packages: packaging/ filled in for the release, in $packages.
packages=$shared/packages
provide_packages() {
	provide_release
	[ -d "$packages" ] || srctree=$source "$source/scripts/dist/packages" "$release" "$packages" || {
		failed "make packages"
		exit 0
	}
}

# What the packages' own `make check` runs: everything, or a sample.
provide_tests() {
	whole || export TESTS=api_basic
}

# root_of PACKAGE...: makes a small system in $root out of what is installed here: these Debian packages and all that
# they need, known to the root's dpkg.
root_of() {
	mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/log" "$root/tmp" "$root/dev" "$root/proc" \
		"$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64"
	: >"$root/var/lib/dpkg/status"
	installed_here=
	add_packages "$@"
	mkdir -p "$root/etc"
	: >"$root/etc/passwd"
	# What a package makes when it is installed, and dpkg does not know.
	[ -e "$root/usr/bin/awk" ] || ln -s mawk "$root/usr/bin/awk"
}

# add_packages PACKAGE...: each once, with its dependencies, of alternatives the one that is here.
add_packages() {
	for package; do
		case " $installed_here " in
		*" $package "*) continue ;;
		esac
		installed_here="$installed_here $package"
		# Of several architectures this machine's.
		for name in "$package:$(dpkg --print-architecture)" "$package:all" ''; do
			[ -n "$name" ] || break
			[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ] || break
		done
		[ -n "$name" ] || continue
		dpkg -L "$name" | sed -n 's|^/\(.\)|\1|p' | tar -C / --no-recursion -cf - -T - 2>/dev/null |
			tar -C "$root" -xf - 2>/dev/null || :
		dpkg-query -s "$name" >>"$root/var/lib/dpkg/status"
		echo >>"$root/var/lib/dpkg/status"
		: >"$root/var/lib/dpkg/info/$package.list"
		# shellcheck disable=SC2046 # words
		add_packages $(dpkg-query -W -f '${Depends}, ${Pre-Depends}' "$name" | tr ',|' '\n\n' |
			sed 's/(.*//; s/:any//; s/ //g' | sort -u)
	done
}

# list_root: all in it but what dpkg or rpm write about themselves.
list_root() {
	(cd "$root" && find . \( -path ./var/lib/dpkg -o -path ./var/lib/rpm -o -path ./var/log -o -path ./proc \
		-o -path ./dev \) -prune -o \
		-type f -exec cksum {} + -o -print) | sort
}

# run_in_root: the commands do there what they are for.
run_in_root() {
	mount_proc
	status=0
	chroot "$root" tailor-run cat /proc/self/maps >"$work/maps" 2>"$work/said" || status=$?
	cat "$work/said"
	umount "$root/proc" 2>/dev/null || :
	[ "$status" -eq 0 ] && grep "libtailor.so.$version" "$work/maps"
}

# The kernel's own view of processes; where it may not be mounted, the program's file is all that there is.
mount_proc() {
	mount -t proc proc "$root/proc" 2>/dev/null || mount --bind /proc "$root/proc"
}

# is_root WHAT
is_root() {
	[ "$(id -u)" -ne 0 ] || return 0
	skipped "$1: only root can make a system"
	return 1
}
