# SPDX-License-Identifier: MIT
#
# Tests of what was built, natively or under the emulator of the target.

# ---- the emulator -----------------------------------------------------------

host := $(shell uname -m)

# ARM: the oldest processor that the configuration and the test bed's libraries
# share, so that a newer instruction dies. Hard-float libraries are ARMv7.
qemu-cpu := $(if $(CONFIG_ARM_FLOAT_HARD),,$(if $(CONFIG_ARM_ISA_V5TE),-cpu arm926)$(if \
	$(CONFIG_ARM_ISA_V6),-cpu arm1176))

# Where the build is for pages of 64 KiB, they are that large.
qemu-pages := $(if $(CONFIG_PAGE_SIZE_MAX_64K),-p 65536)

# Of 32-bit x86 only where it is wanted, for it takes a program to know.
emulator-$(CONFIG_ARCH_X86_64)  := $(if $(filter x86_64,$(host)),,qemu-x86_64)
emulator-$(CONFIG_ARCH_X86)     := $(if $(CONFIG_ARCH_X86),$(if $(filter x86_64 \
	i%86,$(host)),$(shell $(srctree)/scripts/build/x86-emulator),qemu-i386))
emulator-$(CONFIG_ARCH_ARM)     := $(if $(filter arm%,$(host)),,qemu-arm $(qemu-cpu))
emulator-$(CONFIG_ARCH_AARCH64) := $(if $(filter aarch64,$(host)),,qemu-aarch64 $(qemu-pages))
emulator-$(CONFIG_ARCH_RISCV64) := $(if $(filter riscv64,$(host)),,qemu-riscv64)
emulator-$(CONFIG_ARCH_PPC64LE) := $(if $(filter ppc64le,$(host)),,qemu-ppc64le $(qemu-pages))
emulator-$(CONFIG_ARCH_S390X)   := $(if $(filter s390x,$(host)),,qemu-s390x)
emulator-$(CONFIG_ARCH_MIPS)    := qemu-mips
emulator-$(CONFIG_ARCH_MIPSEL)  := qemu-mipsel

# Shared libraries of a glibc target; a musl target is tested statically. They come before those that the target's
# foreign packages have put into the machine: the loader belongs to the former.
sysroot := $(if $(CONFIG_LIBC_GLIBC),$(wildcard /usr/$(shell $(CC) -dumpmachine 2>/dev/null)/lib))

ifeq ($(origin EMULATOR),undefined)
  EMULATOR := $(strip $(emulator-y) $(if $(emulator-y),$(if $(sysroot),-L $(sysroot:%/lib=%) -E LD_LIBRARY_PATH=$(sysroot))))
endif
export EMULATOR

# ---- tests ------------------------------------------------------------------

.PHONY: check check-mutation check-programs fuzz soak

check check-mutation: all $(objtree)/obj/internal.a
	$(Q)$(MAKE) --no-print-directory -f $(srctree)/tests/Makefile $@

soak: $(objtree)/obj/internal.a
	$(Q)$(MAKE) --no-print-directory -f $(srctree)/tests/Makefile $@

# SECONDS is a variable of some shells' own.
fuzz: $(generated)/config.mk
	$(Q)FUZZ_SECONDS='$(SECONDS)' $(srctree)/tests/fuzz/fuzz

check-programs: all
	$(Q)$(srctree)/tests/programs/run
