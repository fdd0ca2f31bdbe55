/*
 * Writes the report when the process ends in an orderly manner, after its own exit handlers.
 */
#include "diagnostics/report.h"

__attribute__((destructor)) static void report_at_exit(void)
{
	report_write();
}
