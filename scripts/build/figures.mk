# SPDX-License-Identifier: MIT
#
# What the built configuration measures: sizes, and the memory of a small program on it.

.PHONY: figures

figures-flags := $(if $(CONFIG_LIBC_MUSL)$(CONFIG_TLS_LOCAL_EXEC),-static) \
	$(if $(CONFIG_INTERFACE_PREFIXED),-DTEST_PREFIXED)

figures: all
	$(Q)FIGURES_FLAGS='$(figures-flags)' $(srctree)/scripts/matrix/figures
