# Makes a table of the medians of two commands that were measured in turn.
#
#	awk -f figures.awk -v first=NAME -v second=NAME FILE FILE
#
# Each FILE holds lines of measure.c: wall-clock ms, user ms, system ms, peak KiB, page faults.

FNR == 1 { side++ }
{
	count[side] = FNR
	value[side, "time", FNR] = $1
	value[side, "processor", FNR] = $2 + $3
	value[side, "peak memory", FNR] = $4
	value[side, "page faults", FNR] = $5
}

function median(side, column,    n, i, j, swap, list) {
	n = count[side]
	for (i = 1; i <= n; i++)
		list[i] = value[side, column, i] + 0
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap
		}
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function row(column, format, unit,    a, b) {
	a = median(1, column)
	b = median(2, column)
	printf "  %-14s %14s %14s   %+5.0f %%\n", column, sprintf(format, a / unit), sprintf(format, b / unit), a ? (b / a - 1) * 100 : 0
}

END {
	printf "  %-14s %14s %14s\n", "", first, second
	row("time", "%.2f s", 1000)
	row("processor", "%.2f s", 1000)
	row("peak memory", "%.1f MiB", 1024)
	row("page faults", "%d", 1)
}
