# SPDX-License-Identifier: MIT
#
# The release: scripts/dist/dist, which says what is in it.

.PHONY: dist

dist:
	$(announce) DIST tailor-$(strip $(file <$(srctree)/VERSION)).tar.xz
	$(Q)$(srctree)/scripts/dist/dist $(objtree)
