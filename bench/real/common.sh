# shellcheck shell=sh disable=SC2034
# What the real programs share. Sourced by each of them.
#
# The runner starts one as `real/NAME`, with $BENCH_MEASURE, which is put before the command that is to be measured
# (one in a script), $BENCH_SCALE, and the empty folder $BENCH_WORK to work in; and as `real/NAME missing`, to hear
# which Debian packages it would need.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
srctree=$(cd "$here/../.." && pwd)

if [ "${1-}" = missing ]; then
	asked=yes
else
	asked=
	cd "${BENCH_WORK:?}"
fi

# needs COMMAND PACKAGE
needs() {
	[ -z "$asked" ] || command -v "$1" >/dev/null 2>&1 || echo "$2"
}

# needs_end: there is nothing more to ask for.
needs_end() {
	[ -z "$asked" ] || exit 0
}

# amount N: of work, at the scale; at least 1.
amount() {
	awk -v number="$1" -v scale="${BENCH_SCALE:?}" 'BEGIN {
		printf "%d\n", number * scale < 1 ? 1 : number * scale }'
}
