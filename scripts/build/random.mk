# SPDX-License-Identifier: MIT
#
# Configurations that nobody chose: random ones, and a set with all pairs of values. scripts/random/run says what
# can be set on the command line.

.PHONY: randtest pairwise

random-output := $(if $(O),$(objtree),$(objtree)/build)/random

randtest:
	$(Q)unset O; RANDOM_OUTPUT=$(random-output) $(srctree)/scripts/random/run

pairwise:
	$(Q)unset O; RANDOM_OUTPUT=$(random-output) PAIRWISE=yes LIST=yes $(srctree)/scripts/random/run
