/*
 * The report, for programs.
 */
#include "diagnostics/report.h"

#include "platform/compiler.h"

#include <tailor.h>

PUBLIC void tailor_report(void)
{
	report_write();
}
