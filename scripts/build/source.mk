# SPDX-License-Identifier: MIT
#
# Targets that look at the sources alone and need no configuration.

.PHONY: help tags lint format check-kconfig check-model

help:
	@$(srctree)/scripts/build/help

# need COMMAND,PACKAGE
need = command -v $(1) >/dev/null || { echo "$@: $(1) is not installed (Debian: $(2))" >&2; exit 1; }

c-files = find src include/tailor.h tests -name '*.[ch]'

tags:
	@$(call need,ctags,universal-ctags)
	$(announce) TAGS tags
	$(Q)cd $(srctree) && $(c-files) -exec ctags -f $(objtree)/tags --languages=C {} +

lint:
	$(Q)$(srctree)/scripts/lint/run

format:
	@$(call need,clang-format,clang-format)
	$(Q)cd $(srctree) && $(c-files) -exec clang-format -i {} +

check-kconfig:
	$(Q)$(srctree)/tests/kconfig/run

# Its O= is another one.
check-model:
	$(Q)unset O && $(srctree)/tests/model/run
