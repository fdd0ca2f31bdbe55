# SPDX-License-Identifier: MIT
#
# What the present configuration will take, from .config alone; nothing is compiled. See docs/budget.md.

.PHONY: budget check-budget-here

budget-folder := $(objtree)/budget

budget: $(generated)/config.mk
	$(Q)$(srctree)/scripts/budget/budget --config $(KCONFIG_CONFIG) --output $(budget-folder) \
		--live '$(or $(LIVE),1000)' --format '$(or $(FORMAT),table)' --budget '$(BUDGET)'

check-budget-here: all $(objtree)/obj/internal.a
	$(Q)BUDGET= LIVE= FORMAT= $(MAKE) --no-print-directory -s -f $(srctree)/Makefile budget >/dev/null
	$(Q)$(srctree)/tests/budget/check
