# SPDX-License-Identifier: MIT
#
# The benchmark suite, on what was built. INSTALL=1 first installs the peers and programs that it can use.

.PHONY: bench bench-programs bench-instructions bench-purging

bench bench-programs bench-instructions bench-purging: all
	$(if $(filter 1 y,$(INSTALL)),$(Q)$(srctree)/scripts/testbed/install bench)
	$(Q)$(MAKE) --no-print-directory -f $(srctree)/bench/Makefile $@
