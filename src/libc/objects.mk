obj-$(CONFIG_INTERFACE_OVERRIDE) += libc/override.o
obj-$(CONFIG_INTERFACE_PREFIXED) += libc/prefixed.o
obj-$(CONFIG_INTERFACE_BOTH) += libc/override.o libc/prefixed.o
obj-$(CONFIG_INLINE_HEADER) += libc/inline.o
obj-$(CONFIG_THREADS) += libc/start.o
obj-$(CONFIG_STATISTICS) += libc/report.o
obj-$(CONFIG_VALIDATE) += libc/validate.o
