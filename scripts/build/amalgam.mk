# SPDX-License-Identifier: MIT
#
# The present configuration as one file, and what it is to be. See docs/amalgam.md.

.PHONY: amalgam check-amalgam-here

amalgam-folder := $(objtree)/amalgam

amalgam: $(generated)/config.mk $(exports) $(config-text)
	$(Q)command -v python3 >/dev/null || { echo "amalgam: python3 is not installed (Debian: python3)" >&2; exit 1; }
	$(announce) AMALGAM $(amalgam-folder:$(objtree)/%=%)/tailor.c
	$(Q)$(srctree)/scripts/amalgam/amalgam --output $(amalgam-folder) --generated $(generated) \
		--source $(srctree)/src --include $(srctree)/include --exports $(exports) \
		--config $(KCONFIG_CONFIG) --embed $(config-text) --licence $(srctree)/LICENSE \
		--small "$(AMALGAM_SMALL)" $(AMALGAM_OBJECTS)

# What the library is compiled with, but for what the single file has within.
export AMALGAM_CFLAGS = $(filter-out -std=% -D_GNU_SOURCE -ftls-model=% -fno-strict-aliasing -fno-builtin-% \
	-ffile-prefix-map=% $(warning-flags) $(include-flags),$(own-cflags))
export AMALGAM_WARNINGS = $(warning-flags)
export AMALGAM_SMALL = $(if $(slow-flags),$(slow-objects))
export AMALGAM_OBJECTS = $(sort $(obj-y))
export AMALGAM_MERGE = $(merge-command)

check-amalgam-here: all amalgam
	$(Q)$(srctree)/tests/amalgam/check
