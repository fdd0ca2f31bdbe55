# file src/base/check.c
s/^	abort();/	os_write(__DATE__ __TIME__, 19);\
&/
