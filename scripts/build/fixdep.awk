# SPDX-License-Identifier: MIT
#
# From the compiler's dependency file to make rules that know single options.
#
#	awk -v object=x.o -v generated=DIR -f fixdep.awk x.dep > x.d
#
# Every source is compiled with autoconf.h, so taken literally any change of the
# configuration would rebuild everything. Instead, each file that the object was
# made from is searched for names of the form CONFIG_X, and the object depends
# on DIR/symbol/CONFIG_X, which is touched when the value of X changes. The file
# is absent as long as X was never set: hence wildcard. A name in a comment
# costs a needless rebuild at worst.

# Notes all the symbols that FILE mentions.
function scan_file(file,	line, name) {
	while ((getline line < file) > 0)
		while (match(line, /CONFIG_[A-Za-z0-9_]+/)) {
			name = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			if (!(name in mentioned)) {
				mentioned[name] = 1
				symbols = symbols " " generated "/symbol/" name
			}
		}
	close(file)
}

{
	sub(/\\$/, "")
	sub(/^[^ ]*: /, "")
	for (i = 1; i <= NF; i++)
		if ($i != generated "/autoconf.h" && !($i in files)) {
			files[$i] = 1
			list[++count] = $i
		}
}

END {
	printf "%s:", object
	for (i = 1; i <= count; i++)
		printf " \\\n\t%s", list[i]
	print ""
	for (i = 1; i <= count; i++)
		if (index(list[i], generated "/") != 1)
			scan_file(list[i])
	if (symbols != "")
		print object ": $(wildcard" symbols ")"
	# A header that is gone must not stop make before the object is rebuilt.
	for (i = 1; i <= count; i++)
		print list[i] ":"
}
