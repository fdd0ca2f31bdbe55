# SPDX-License-Identifier: MIT
#
# Targets that look at the sources alone and need no configuration.

.PHONY: help tags lint format check-kconfig check-model check-docs check-install check-packaging

help:
	@$(srctree)/scripts/build/help

# need COMMAND,PACKAGE
need = command -v $(1) >/dev/null || { echo "$@: $(1) is not installed (Debian: $(2))" >&2; exit 1; }

c-files = cd $(srctree) && scripts/lint/c-files | xargs

tags:
	@$(call need,ctags,universal-ctags)
	$(announce) TAGS tags
	$(Q)$(c-files) ctags -f $(objtree)/tags --languages=C

lint:
	$(Q)$(srctree)/scripts/lint/run

format:
	@$(call need,clang-format,clang-format)
	$(Q)$(c-files) clang-format -i

check-kconfig:
	$(Q)$(srctree)/tests/kconfig/run

check-install:
	$(Q)$(srctree)/tests/install/run

check-packaging:
	$(Q)$(srctree)/tests/packaging/run

.PHONY: check-amalgam
check-amalgam:
	$(Q)$(srctree)/tests/support/configured check-amalgam-here $(srctree)/tests/amalgam/configurations \
		$(CONFIGURATIONS)

.PHONY: check-budget
check-budget:
	$(Q)$(srctree)/tests/support/configured check-budget-here $(srctree)/tests/budget/configurations \
		$(CONFIGURATIONS)

# Its O= is another one.
check-model:
	$(Q)unset O && $(srctree)/tests/model/run

check-docs:
	$(Q)$(srctree)/tests/docs/run

# ROWS="armv7_musl clang" runs those alone. Its O= are others.
.PHONY: check-compilers
check-compilers:
	$(Q)unset O && $(srctree)/tests/compilers/run \
		'$(if $(filter $(srctree),$(objtree)),$(objtree)/build,$(objtree))/compilers' $(ROWS)
