# Writes a C program of many functions, always the same: something sizeable for a compiler to work on.
#
#	awk -v functions=N -f bigsource.awk
#
# The program prints one number, which depends on every function. About 15 lines a function.

function emit_function(n,    i) {
	printf "struct record_%d { struct record_%d *next; uint32_t key, value[%d]; const char *name; };\n", n, n, n % 7 + 2
	printf "static uint32_t work_%d(uint32_t a, uint32_t b)\n{\n", n
	printf "\tstruct record_%d r = { 0, a ^ %du, { b, a + %du }, \"record %d\" };\n", n, n * 2654435 % 1000000007, n, n
	printf "\tuint32_t sum = r.key;\n"
	printf "\tfor (uint32_t i = 0; i < %du; i++) {\n", n % 13 + 3
	printf "\t\tswitch ((sum + i) %% 5) {\n"
	for (i = 0; i < 5; i++)
		printf "\t\tcase %d: sum = (sum << %d) + r.value[i %% 2] * %du + (uint32_t)r.name[%d]; break;\n", \
			i, (n + i) % 11 + 1, n * 7 + i * 31 + 3, i
	printf "\t\t}\n\t\tif (sum & 1u << (i %% 31)) sum = sum / (i + 2) ^ b;\n\t}\n"
	printf "\treturn %s;\n}\n\n", n ? "sum + work_" int(n / 2) "(sum >> 16, a)" : "sum"
}

BEGIN {
	print "#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
	for (n = 0; n < functions; n++)
		emit_function(n)
	print "int main(void)\n{\n\tuint32_t sum = 1;\n"
	for (n = 0; n < functions; n++)
		printf "\tsum = work_%d(sum, %du);\n", n, n
	print "\tprintf(\"%u\\n\", (unsigned)sum);\n\treturn 0;\n}"
}
