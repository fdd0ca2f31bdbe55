# SPDX-License-Identifier: MIT
#
# Which lines and branches the unit tests execute.

.PHONY: coverage

coverage:
	$(Q)unset O; COVERAGE_OUTPUT=$(if $(O),$(objtree),$(objtree)/build)/coverage $(srctree)/scripts/coverage/run
