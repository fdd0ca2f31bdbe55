# SPDX-License-Identifier: MIT
#
# The static tests on a real kernel, see tests/kernel/run.

.PHONY: check-kernel

check-kernel: all $(objtree)/obj/internal.a
	$(Q)$(MAKE) --no-print-directory -f $(srctree)/tests/Makefile $@
