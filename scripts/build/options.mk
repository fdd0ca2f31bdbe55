# SPDX-License-Identifier: MIT
#
# docs/options.md, from the menu and from what its options cost.

.PHONY: options-table

# FIGURES=measure builds every row of tests/effects/table, for which all the compilers are needed.
options-table:
	$(if $(filter measure,$(FIGURES)),$(Q)$(srctree)/tests/effects/run --figures $(srctree)/scripts/options/figures)
	$(announce) DOC docs/options.md
	$(Q)$(srctree)/scripts/options/generate
