obj-$(CONFIG_MESSAGES) += diagnostics/message.o
obj-$(CONFIG_STATISTICS) += diagnostics/statistics.o
obj-$(CONFIG_REPORT_AT_EXIT) += diagnostics/report_at_exit.o
obj-$(CONFIG_VALIDATE) += diagnostics/validate.o
obj-$(CONFIG_VALIDATE) += $(if $(filter-out 0,$(CONFIG_MAPPINGS_KEPT_MAX)),diagnostics/validate_mappings.o)
