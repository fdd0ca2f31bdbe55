# SPDX-License-Identifier: MIT
#
# Prints the files that documents name: place, name and path from the top of the tree, by tabs.

FNR == 1 {
	folder = FILENAME
	if (!sub(/[^\/]*$/, "", folder))
		folder = ""
	in_sample = 0
}

/^ *```/ {
	in_sample = !in_sample
	next
}

in_sample { next }

{
	rest = $0
	while (match(rest, /\]\([^)#:]+/)) {
		name = substr(rest, RSTART + 2, RLENGTH - 2)
		rest = substr(rest, RSTART + RLENGTH)
		print FILENAME ":" FNR "\t" name "\t" folder name
	}
}

# Only paths that begin with a folder of the tree, without words for what the reader puts in.
{
	count = split($0, part, "`")
	for (i = 2; i <= count; i += 2)
		if (part[i] ~ /^(src|scripts|tests|bench|configs|docs|include\/tailor)[\/.][A-Za-z0-9_.\/*-]+$/ && \
		    part[i] !~ /[A-Z][A-Z]|NNNN/)
			print FILENAME ":" FNR "\t" part[i] "\t" part[i]
}
