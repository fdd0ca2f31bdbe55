obj-$(CONFIG_MESSAGES) += diagnostics/message.o
obj-$(CONFIG_STATISTICS) += diagnostics/statistics.o
obj-$(CONFIG_REPORT_AT_EXIT) += diagnostics/report_at_exit.o
obj-$(CONFIG_VALIDATE) += diagnostics/validate.o
