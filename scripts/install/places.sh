# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034
#
# Where things are installed, checked. Sourced by install and uninstall; both get these from make:
#
#	DESTDIR		before every path: a folder that is packed, or "" for the system itself
#	PREFIX BINDIR LIBDIR INCLUDEDIR MANDIR
#	SUFFIX		"" or what tells this configuration from others that are installed
#
# `installed` is the list that install leaves: a path a line, folders that it made end in a slash.

: "${PREFIX:?}" "${BINDIR:?}" "${LIBDIR:?}" "${INCLUDEDIR:?}" "${MANDIR:?}"
DESTDIR=${DESTDIR:-}
SUFFIX=${SUFFIX:-}
export LC_ALL=C
umask 022

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# They end up in scripts, in make's and pkg-config's files: no blanks, no quotes, no colons.
check_place() {
	case $2 in
	/*) ;;
	*) die "$1=$2: give an absolute path" ;;
	esac
	case $2 in
	*[!A-Za-z0-9/._+~,%@=-]*) die "$1=$2: the path may consist of letters, digits and / . _ + ~ , % @ = - alone" ;;
	*/../* | */.. | */./* | */. | *//*) die "$1=$2: give the path without . and .. and //" ;;
	esac
}

check_place PREFIX "$PREFIX"
check_place BINDIR "$BINDIR"
check_place LIBDIR "$LIBDIR"
check_place INCLUDEDIR "$INCLUDEDIR"
check_place MANDIR "$MANDIR"
case $DESTDIR in
'' | /*) ;;
*) die "DESTDIR=$DESTDIR: give an absolute path" ;;
esac
case $SUFFIX in
*[!A-Za-z0-9._-]* | -* | .*)
	die "SUFFIX=$SUFFIX: it is letters, digits and . _ - and begins with a letter or a digit, for example musl"
	;;
esac

tail=${SUFFIX:+-$SUFFIX}
installed=$LIBDIR/tailor$tail/installed
