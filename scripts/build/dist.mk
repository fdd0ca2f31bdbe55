# SPDX-License-Identifier: MIT
#
# The release: scripts/dist/dist, which says what is in it; and packaging/ filled in for it, by scripts/dist/packages.

release := tailor-$(strip $(file <$(srctree)/VERSION)).tar.xz

.PHONY: dist packages

dist:
	$(announce) DIST $(release)
	$(Q)$(srctree)/scripts/dist/dist $(objtree)

packages: dist
	$(announce) FILL packages
	$(Q)$(srctree)/scripts/dist/packages $(objtree)/$(release) $(objtree)/packages
