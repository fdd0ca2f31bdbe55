# SPDX-License-Identifier: MIT
#
# A script for gnuplot, with its data: what is lost inside a block of each size, in parts of a hundred, and in a slab of
# each class. It writes budget.svg where it runs.

BEGIN { FS = "\t" }

$1 == "class" {
	points = points sprintf("%d %.3f\n%d 0\n", last + 1, ($3 - last - 1) * 100 / $3, $3)
	slabs = slabs sprintf("%d %s\n", $3, $8)
	last = $3
}

END {
	print "$blocks << END\n" points "END\n$slabs << END\n" slabs "END"
	print "set terminal svg size 1000,500 dynamic background rgb 'white' font 'sans,12'"
	print "set output 'budget.svg'"
	print "set title 'What is lost inside a block, by its size, and in a slab, by its class'"
	print "set logscale x 2"
	print "set xlabel 'bytes asked for'"
	print "set ylabel '% lost'"
	print "set yrange [0:*]"
	print "set grid"
	print "plot $blocks with lines lw 1.5 lc rgb '#1f77b4' title 'of a block', " \
		"$slabs with points pt 7 ps 0.4 lc rgb '#d62728' title 'of a slab'"
}
