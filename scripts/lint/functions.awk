# SPDX-License-Identifier: MIT
#
# Prints the functions that have more than 60 lines, braces included. In our layout a function is
# what stands between a { and a } in the first column.

FNR == 1 { start = 0 }

/^\{/ {
	start = FNR
	name = previous
}

/^\}/ {
	if (start && FNR - start + 1 > 60)
		print FILENAME ":" start ": a function of " FNR - start + 1 " lines, more than 60: " name
	start = 0
}

{ previous = $0 }
