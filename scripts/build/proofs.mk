# SPDX-License-Identifier: MIT
#
# Proofs that take builds of their own: that what is off leaves nothing behind, that every option has its effect, and
# that a build depends on nothing but the sources and the configuration.

.PHONY: check-residue check-effects check-reproducible

# SYMBOLS="STATISTICS ..." looks at these options alone.
check-residue: all
	$(Q)$(srctree)/tests/residue/run $(SYMBOLS)

check-effects: $(generated)/config.mk
	$(Q)$(srctree)/tests/effects/run $(SYMBOLS)

check-reproducible: all
	$(Q)$(srctree)/tests/reproducible/run
