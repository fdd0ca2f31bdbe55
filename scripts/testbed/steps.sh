# shellcheck shell=sh disable=SC2034,SC2154
# Steps with a line each on the terminal and everything else in a log. Sourced, never run; $out is the folder
# of the current target, below the folder that make is started in.

if [ -t 1 ]; then
	bold=$(printf '\033[1m') red=$(printf '\033[31m') plain=$(printf '\033[m')
else
	bold='' red='' plain=''
fi

title() {
	printf '%s\n' "$bold$1$plain"
}

# line WHAT TEXT: how a step looks.
line() {
	printf '  %-14s %s\n' "$1" "$2"
}

# logged NAME COMMAND...: runs COMMAND, with all that it says in $out/NAME.log. Its status is the command's.
logged() {
	log=$out/$1.log
	shift
	mkdir -p "$out"
	"$@" >"$log" 2>&1
}

# show_end WHAT: WHAT failed; the end of its log, and where the rest is.
show_end() {
	printf '%s\n' "${red}$1 failed${plain}; the end of $log:" >&2
	tail -n 15 "$log" | sed 's/^/    /' >&2
}

# no_defconfig NAME: ends, with the names that there are.
no_defconfig() {
	say "there is no configs/$1_defconfig; there are:"
	for file in configs/*_defconfig; do
		file=${file#configs/}
		printf '  %s\n' "${file%_defconfig}" >&2
	done
	[ "$1" != "$host" ] || say "none is for this machine: make menuconfig, then make"
	exit 1
}
