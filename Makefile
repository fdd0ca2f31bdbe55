# SPDX-License-Identifier: MIT
#
# Tailor: from a menu to an allocator. `make help` lists the targets.
#
# Nothing is written outside $(objtree), which is O= or else the directory that
# make was started in. Goals run in stages: cleaning, configuring, building; a
# stage ends before the next one starts, so that `make -j2 mrproper
# x86_64_glibc_defconfig all` does what it says.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

# ---- where things are -------------------------------------------------------

srctree := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
objtree := $(abspath $(or $(O),$(CURDIR)))

ifneq ($(words $(subst :, ,$(srctree)/ $(objtree)/)),2)
  $(error make cannot work in directories with a space or a colon in their names: \
    $(srctree), $(objtree))
endif

KCONFIG_CONFIG ?= .config
override KCONFIG_CONFIG := $(if $(filter /%,$(KCONFIG_CONFIG)),,$(objtree)/)$(KCONFIG_CONFIG)
generated := $(objtree)/include/generated

# A command is shown as its short name, in full with V=1, not at all with -s.
ifeq ($(V),1)
  Q :=
  announce = @:
else ifneq ($(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),)
  Q := @
  announce = @:
else
  Q := @
  announce = @printf '  %-7s %s\n'
endif

SHELL := /bin/sh
AWK ?= awk
export srctree objtree generated KCONFIG_CONFIG AWK V

# ---- stages -----------------------------------------------------------------

clean-names  := clean mrproper distclean
config-names := config menuconfig nconfig oldconfig olddefconfig defconfig \
	savedefconfig listnewconfig alldefconfig allnoconfig allyesconfig \
	randconfig tinyconfig
# These look at the sources alone and need no configuration.
source-names := help tags lint format check-kconfig check-model check-docs randtest pairwise coverage
source-names += matrix matrix-report check-matrix
source-names += check-amalgam options-table
source-names += check-compilers
source-names += check-budget
source-names += check-install uninstall dist packages check-packaging
source-names += check-testbed

goals        := $(or $(MAKECMDGOALS),all)
clean-goals  := $(filter $(clean-names),$(goals))
config-goals := $(filter $(config-names) %_defconfig %.config,$(goals))
build-goals  := $(filter-out $(clean-goals) $(config-goals),$(goals))

ifneq ($(word 2,$(if $(clean-goals),1) $(if $(config-goals),1) $(if $(build-goals),1)),)

# Several stages: one make for each, in order.
.PHONY: $(goals) stages
$(goals): stages
	@:
stages:
	$(if $(clean-goals),$(Q)$(MAKE) --no-print-directory -f $(srctree)/Makefile $(clean-goals))
	$(if $(config-goals),$(Q)$(MAKE) --no-print-directory -f $(srctree)/Makefile $(config-goals))
	$(if $(build-goals),$(Q)$(MAKE) --no-print-directory -f $(srctree)/Makefile $(build-goals))

else ifneq ($(clean-goals),)

include $(srctree)/scripts/build/clean.mk

else ifneq ($(config-goals),)

# All of them are one transaction, see scripts/kconfig/configure.
.PHONY: $(config-goals) configure
$(config-goals): configure
	@:
configure:
	$(Q)$(srctree)/scripts/kconfig/configure $(config-goals)

else

ifneq ($(filter $(source-names),$(goals)),)
include $(srctree)/scripts/build/source.mk
include $(srctree)/scripts/build/options.mk
include $(srctree)/scripts/build/random.mk
include $(srctree)/scripts/build/coverage.mk
include $(srctree)/scripts/build/matrix.mk
include $(srctree)/scripts/build/testbed.mk
endif

ifneq ($(filter-out $(source-names),$(goals)),)
include $(srctree)/scripts/build/toolchain.mk
include $(srctree)/scripts/build/library.mk
include $(srctree)/scripts/build/check.mk
include $(srctree)/scripts/build/figures.mk
include $(srctree)/scripts/build/kernel.mk
include $(srctree)/scripts/build/proofs.mk
include $(srctree)/scripts/build/bench.mk
include $(srctree)/scripts/build/budget.mk
include $(srctree)/scripts/build/amalgam.mk
endif

include $(srctree)/scripts/build/install.mk
include $(srctree)/scripts/build/dist.mk

endif
