/*
 * The report: what statistics counted, on standard error, one line a number.
 */
#ifndef DIAGNOSTICS_REPORT_H
#define DIAGNOSTICS_REPORT_H

/* Only with CONFIG_STATISTICS. Allocates nothing. */
void report_write(void);

#endif
