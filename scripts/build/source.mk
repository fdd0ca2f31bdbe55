# SPDX-License-Identifier: MIT
#
# Targets that look at the sources alone and need no configuration.

.PHONY: help tags lint format check-kconfig

help:
	@$(srctree)/scripts/build/help

tags:
	$(announce) TAGS tags
	$(Q)cd $(srctree) && ctags -f $(objtree)/tags --languages=C $$(find src include/tailor.h tests -name '*.[ch]')

lint:
	$(Q)$(srctree)/scripts/lint/run

format:
	$(Q)cd $(srctree) && clang-format -i $$(find src include/tailor.h tests -name '*.[ch]')

check-kconfig:
	$(Q)$(srctree)/tests/kconfig/run
