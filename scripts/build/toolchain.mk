# SPDX-License-Identifier: MIT
#
# The configuration as make sees it, and the tools and flags that follow from
# it. Every option for the processor (-march, -mfpu, ...) comes from a CONFIG_
# symbol; nothing is added that the menu did not ask for.

# ---- the configuration ------------------------------------------------------

# The stamp stands for all that is generated from .config, and is a copy of it.
# The files behind it are written only when their content changes.
config-stamp := $(generated)/.stamp

include $(generated)/config.mk

$(generated)/config.mk: $(config-stamp) ;

$(config-stamp): $(srctree)/Kconfig $(wildcard $(srctree)/src/*/Kconfig) \
		$(srctree)/scripts/build/Kconfig $(srctree)/scripts/kconfig/headers.awk \
		$(srctree)/scripts/constants.awk
	$(announce) SYNC $(KCONFIG_CONFIG:$(objtree)/%=%)
	$(Q)$(srctree)/scripts/kconfig/configure sync

# Contents are compared, not times: an edit can be as old as the copy.
ifeq ($(wildcard $(KCONFIG_CONFIG)),)
  $(config-stamp): FORCE
else ifneq ($(strip $(file <$(config-stamp))),$(strip $(file <$(KCONFIG_CONFIG))))
  $(config-stamp): FORCE
endif

.PHONY: FORCE
FORCE:

# What is off has no variable in config.mk, and must not be taken from elsewhere.
stray := $(foreach name,$(filter CONFIG_%,$(.VARIABLES)),$(if $(filter-out file,$(origin $(name))),$(name)))
given := $(foreach name,$(stray),$(if $(filter command%,$(origin $(name))),$(name)))
ifneq ($(given),)
  $(error $(given): options are not read from the command line; set them in .config, by make menuconfig)
endif
$(foreach name,$(stray),$(eval undefine $(name)))

# ---- tools ------------------------------------------------------------------

# CROSS_COMPILE= on the command line or in the environment wins, empty too.
ifeq ($(origin CROSS_COMPILE),undefined)
  CROSS_COMPILE := $(CONFIG_CROSS_COMPILE)
endif

# "default" is make's own cc.
ifneq ($(filter undefined default,$(origin CC)),)
  CC := $(CROSS_COMPILE)gcc
endif

# The binary tools that belong to the compiler. A wrapper such as musl-gcc has
# none under its own prefix, but knows them.
binary-tool = $(or $(shell $(CC) -print-prog-name=$(1) 2>/dev/null),$(1))
AR      := $(call binary-tool,ar)
NM      := $(call binary-tool,nm)
OBJCOPY := $(call binary-tool,objcopy)
OBJDUMP := $(call binary-tool,objdump)

export CC AR NM OBJCOPY OBJDUMP CROSS_COMPILE

# ---- flags ------------------------------------------------------------------

# Said even where it is what most compilers take for granted: some are made for a later one.
arch-flags-$(CONFIG_ARCH_X86_64)  += -march=x86-64
arch-flags-$(CONFIG_ARCH_AARCH64) += -march=armv8-a
arch-flags-$(CONFIG_ARCH_RISCV64) += -march=rv64gc -mabi=lp64d
arch-flags-$(CONFIG_ARCH_PPC64LE) += -mcpu=power8
arch-flags-$(CONFIG_ARCH_S390X)   += -march=z196
arch-flags-$(CONFIG_ARCH_MIPS)    += -march=mips32r2
arch-flags-$(CONFIG_ARCH_MIPSEL)  += -march=mips32r2

arch-flags-$(CONFIG_ARM_ISA_V5TE) += -march=armv5te
arch-flags-$(CONFIG_ARM_ISA_V6)   += -march=armv6
arch-flags-$(CONFIG_ARM_ISA_V6K)  += -march=armv6k
arch-flags-$(CONFIG_ARM_ISA_V7A)  += -march=armv7-a
ifneq ($(CONFIG_ARM_FLOAT_SOFTFP)$(CONFIG_ARM_FLOAT_HARD),)
  arch-flags-y += -mfpu=$(if $(CONFIG_ARM_ISA_V7A),vfpv3-d16,vfp)
endif
arch-flags-$(CONFIG_ARM_FLOAT_SOFT)   += -mfloat-abi=soft
arch-flags-$(CONFIG_ARM_FLOAT_SOFTFP) += -mfloat-abi=softfp
arch-flags-$(CONFIG_ARM_FLOAT_HARD)   += -mfloat-abi=hard
arch-flags-$(CONFIG_ARM_MODE_ARM)     += -marm
arch-flags-$(CONFIG_ARM_MODE_THUMB)   += -mthumb
arch-flags-$(CONFIG_X86_ISA_I486)     += -march=i486
arch-flags-$(CONFIG_X86_ISA_I586)     += -march=i586
arch-flags-$(CONFIG_X86_ISA_I686)     += -march=i686
# Exclusives are emitted in place: the helpers of libgcc that choose at run time
# need a function of the libc that musl has not.
arch-flags-$(CONFIG_ARCH_AARCH64)     += -mno-outline-atomics

is-clang := $(shell $(CC) --version 2>/dev/null | grep clang)

# For nothing that could be measured gcc would pad the targets of jumps and loops, 350 bytes; move what is rare of a
# function to another section, 80 bytes of jumps; and keep in registers, to be saved, what a loop of few turns does not
# change, 100 bytes. clang does not.
optimise-flags-$(CONFIG_OPTIMISE_SPEED) := -O2 \
	$(if $(is-clang),,-fno-align-jumps -fno-align-loops -fno-reorder-blocks-and-partition -fno-move-loop-invariants)
optimise-flags-$(CONFIG_OPTIMISE_SIZE)  := -Os
optimise-flags-$(CONFIG_OPTIMISE_DEBUG) := -Og
optimise-flags-y += $(if $(CONFIG_DEBUG_INFO),-g)

pic-flags := $(if $(CONFIG_SHARED_LIBRARY),-fPIC,-fPIE)

tls-flags-$(CONFIG_TLS_LOCAL_EXEC)   := -ftls-model=local-exec
tls-flags-$(CONFIG_TLS_INITIAL_EXEC) := -ftls-model=initial-exec

unwind-flags := $(if $(CONFIG_UNWIND_TABLES),-fasynchronous-unwind-tables,-fno-asynchronous-unwind-tables \
	-fno-unwind-tables)

warning-flags := -Wall -Wextra -Wconversion -Wshadow -Wundef -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual $(if $(filter 1 y,$(WERROR)),-Werror)

include-flags := -include $(generated)/autoconf.h -I$(srctree)/src \
	-I$(objtree)/include -I$(srctree)/include

# The paths of this machine stay out of debug information and __FILE__.
# The last map that fits is the one that counts.
path-flags := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(srctree)/= \
	-ffile-prefix-map=$(objtree)/=

own-cflags := -std=c11 -D_GNU_SOURCE $(optimise-flags-y) $(arch-flags-y) \
	$(pic-flags) $(tls-flags-y) $(unwind-flags) -fvisibility=hidden -ffunction-sections \
	-fdata-sections -fno-strict-aliasing -fno-builtin-malloc \
	-fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free \
	$(warning-flags) $(path-flags) $(include-flags)

TAILOR_CFLAGS := $(own-cflags) $(EXTRA_CFLAGS)

# What a test or a program needs to match: the processor alone.
TAILOR_ARCH_FLAGS := $(arch-flags-y)

export TAILOR_CFLAGS TAILOR_ARCH_FLAGS EXTRA_CFLAGS
