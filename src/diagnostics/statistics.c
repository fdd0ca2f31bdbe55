/*
 * Counting, and the report of what was counted.
 *
 * All numbers are words that several threads change; every access is relaxed, for none of them says
 * anything of other memory. A peak may miss what two threads did within the same few instructions.
 */
#include "diagnostics/statistics.h"

#include "diagnostics/report.h"
#include "platform/atomic.h"
#include "platform/os.h"

#include <string.h>

static word_t counters[COUNTER_COUNT];
static word_t gauges[GAUGE_COUNT];
static word_t peaks[GAUGE_COUNT];

void statistics_count(enum counter counter, size_t amount)
{
	atomic_fetch_add(&counters[counter], (word_t)amount, RELAXED);
}

void statistics_raise(enum gauge gauge, size_t amount)
{
	word_t now = atomic_fetch_add(&gauges[gauge], (word_t)amount, RELAXED) + amount;
	word_t peak = atomic_load(&peaks[gauge], RELAXED);

	while (now > peak && !atomic_compare_exchange(&peaks[gauge], &peak, now, RELAXED))
		;
}

void statistics_lower(enum gauge gauge, size_t amount)
{
	atomic_fetch_add(&gauges[gauge], (word_t)0 - (word_t)amount, RELAXED);
}

/* Numbers are written without the libc's formatting, which may allocate. */
enum {
	DIGITS_MAX = 20,
	NAME_WIDTH = 26,
	NUMBER_WIDTH = 14,
	LINE_MAX_SIZE = 96,
};

struct line {
	char text[LINE_MAX_SIZE];
	size_t length;
};

static void line_text(struct line *line, const char *text)
{
	size_t length = strlen(text);

	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void line_pad(struct line *line, size_t column)
{
	while (line->length < column)
		line->text[line->length++] = ' ';
}

static void line_number(struct line *line, word_t number, size_t end_column)
{
	char digits[DIGITS_MAX];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	line_pad(line, end_column - count);
	while (count > 0)
		line->text[line->length++] = digits[--count];
}

static void line_end(struct line *line)
{
	line_text(line, "\n");
	os_write(line->text, line->length);
	line->length = 0;
}

static void report_gauge(enum gauge gauge, const char *name, size_t unit)
{
	struct line line = {.length = 0};

	line_text(&line, "tailor: ");
	line_text(&line, name);
	line_number(&line, atomic_load(&gauges[gauge], RELAXED) / unit, NAME_WIDTH + NUMBER_WIDTH);
	line_text(&line, "  peak");
	line_number(&line, atomic_load(&peaks[gauge], RELAXED) / unit,
		    NAME_WIDTH + 2 * NUMBER_WIDTH + 6);
	line_end(&line);
}

static void report_counter(enum counter counter, const char *name)
{
	struct line line = {.length = 0};

	line_text(&line, "tailor: ");
	line_text(&line, name);
	line_number(&line, atomic_load(&counters[counter], RELAXED), NAME_WIDTH + NUMBER_WIDTH);
	line_end(&line);
}

void report_write(void)
{
	enum {
		KIB = 1024,
	};

	report_gauge(GAUGE_MAPPED, "address space, KiB", KIB);
	report_gauge(GAUGE_IN_USE, "in use, KiB", KIB);
	report_gauge(GAUGE_REGIONS, "regions", 1);
	report_gauge(GAUGE_HEAPS, "heaps", 1);
	report_counter(COUNTER_MAPS, "mappings made");
	report_counter(COUNTER_REFILLS, "lists refilled");
	report_counter(COUNTER_SLABS, "slabs made");
	report_counter(COUNTER_RETIRED, "slabs retired");
	report_counter(COUNTER_CLAIMED, "slabs claimed again");
	report_counter(COUNTER_REMOTE, "frees by the word");
	report_counter(COUNTER_LARGE, "large blocks");
	report_counter(COUNTER_HUGE, "huge blocks");
	report_counter(COUNTER_PURGES, "ranges purged");
	report_counter(COUNTER_PURGED_KIB, "purged, KiB");
}
