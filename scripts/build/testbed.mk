# SPDX-License-Identifier: MIT
#
# The scripts of the testbed, tested.

.PHONY: check-testbed

check-testbed:
	$(Q)$(srctree)/tests/testbed/run
