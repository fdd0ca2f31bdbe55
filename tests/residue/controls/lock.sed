# option THREADS
# file src/base/lock.h
# why a lock has a word in a build for one thread, too, which nothing ever looks at
s/^	char nothing\[0\];.*/	uint32_t state;/
