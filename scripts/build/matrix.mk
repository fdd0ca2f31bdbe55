# SPDX-License-Identifier: MIT
#
# Every target of scripts/testbed/targets, each with an output directory of its own below $(matrix-output).

.PHONY: matrix matrix-report check-matrix

# Beside what the other scripts make when there is no O=.
matrix-output := $(if $(filter $(srctree),$(objtree)),$(objtree)/build,$(objtree))/matrix

matrix:
	$(Q)$(srctree)/scripts/matrix/run '$(matrix-output)'

# RESULTS= are results.json of several shards, relative to where make was started.
matrix-report:
	$(Q)$(srctree)/scripts/matrix/report '$(matrix-output)' $(RESULTS)

# Its O= are others.
check-matrix:
	$(Q)unset O && $(srctree)/tests/support/run 1200 "" -- $(srctree)/tests/matrix/rows $(srctree)/tests/matrix/workflow
