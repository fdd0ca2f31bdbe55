# option STATISTICS
# file src/arena/arena.c
# why what is taken is counted whether statistics are on or not, and statistics alone look at it
/^struct arena \*arena_table/i\
size_t residue_taken;
/^	statistics_raise(GAUGE_IN_USE/i\
	residue_taken += count;\
	if (IS_ENABLED(CONFIG_STATISTICS))\
		statistics_count(COUNTER_LARGE, residue_taken);
