# SPDX-License-Identifier: MIT
#
# libtailor.a and libtailor.so.
#
# The objects are linked into one, tailor.o, in which only the public symbols
# stay global: a static link gets the whole malloc family or none of it, and
# internal names cannot clash with a program's.

# Each floor says which of its objects the configuration asks for.
floors := platform base arena slab heap api libc diagnostics
obj-y :=
include $(floors:%=$(srctree)/src/%/objects.mk)
objects := $(addprefix $(objtree)/obj/,$(sort $(obj-y)))

# The version stands in the file VERSION alone; its first number is the shared library's interface.
version       := $(strip $(file <$(srctree)/VERSION))
version-major := $(firstword $(subst ., ,$(version)))
soname        := libtailor.so.$(version-major)

libraries := $(objtree)/libtailor.a \
	$(if $(CONFIG_SHARED_LIBRARY),$(objtree)/libtailor.so $(objtree)/$(soname))

# What tailor_inline.h knows of the configuration.
inline-constants := $(generated)/tailor_constants.h

# A shared library that the configuration has no more must not be taken for it.
# Nor a header.
stale := $(if $(CONFIG_SHARED_LIBRARY),,$(wildcard $(objtree)/libtailor.so $(objtree)/$(soname))) \
	$(if $(CONFIG_INLINE_HEADER),,$(wildcard $(inline-constants)))

.PHONY: all remove-stale
all: $(libraries) $(if $(strip $(stale)),remove-stale)

remove-stale:
	$(announce) RM $(notdir $(stale))
	$(Q)rm -f $(stale)

# remember FILE,VARIABLE: keeps the text of VARIABLE in FILE and rewrites it
# only when it differs, while make reads this file: so a prerequisite FILE means
# "when this text changes", and a build without changes runs nothing at all.
# Not before there is a configuration: the text would be half empty. Blanks are
# no difference: of a long text make 4.3 may keep the newline at its end.
define remember
ifneq ($$(wildcard $(generated)/config.mk),)
ifneq ($$(strip $$(file <$(1))),$$(strip $$($(2))))
  $$(shell mkdir -p $(dir $(1)))
  $$(file >$(1),$$($(2)))
endif
endif
endef

# ---- objects ----------------------------------------------------------------

compile-command := $(CC) $(TAILOR_CFLAGS)

# Where a system call or a whole run of granules is at stake, the code need not be fast: of what speed costs in
# size, it saves two thirds, and not an instruction in a hundred. base/lock would: each tick and run takes one.
slow-objects := arena/% base/check platform/% diagnostics/% slab/hint libc/start api/aligned api/trim heap/partial \
	heap/huge heap/large heap/heap_registry heap/heap_fork heap/outbox heap/reclaim
# Nor does a loop over a few bytes become a call of another function, which would be one more to import.
slow-flags   := $(if $(CONFIG_OPTIMISE_SPEED),-Os $(if $(is-clang),,-fno-tree-loop-distribute-patterns))

$(eval $(call remember,$(objtree)/obj/compile.cmd,compile-command))

$(objtree)/obj/%.o: $(srctree)/src/%.c $(objtree)/obj/compile.cmd $(objtree)/obj/compiler.checked
	$(announce) CC $*.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(own-cflags) $(if $(filter $(slow-objects),$*),$(slow-flags)) $(EXTRA_CFLAGS) -MMD -MF $(@:.o=.dep) -c -o $@ $<
	@$(AWK) -v object=$@ -v generated=$(generated) -f $(srctree)/scripts/build/fixdep.awk \
		$(@:.o=.dep) >$(@:.o=.d)

-include $(objects:.o=.d)

# ---- for programs that allocate in place ------------------------------------

ifdef CONFIG_INLINE_HEADER
inline-number = $(shell $(AWK) '$$2 == "$(1)" { print $$3 }' $(generated)/constants.h)
inline-lists := $(if $(CONFIG_THREADS),tailor_thread_heap,tailor_only_heap)
inline-slot  := $(if $(CONFIG_THREADS),__thread void **$(inline-lists) \
	__attribute__((tls_model("local-exec"))),void *$(inline-lists)[]) \
	__attribute__((visibility("hidden")))

define inline-text
/* Made from the configuration for tailor_inline.h; do not edit. */
#define TAILOR_BLOCK_ALIGN_LOG2 $(call inline-number,BLOCK_ALIGN_LOG2)
#define TAILOR_LINEAR_SIZE_MAX $(call inline-number,LINEAR_SIZE_MAX)
#define TAILOR_LISTS $(inline-lists)
extern $(inline-slot);
endef

$(eval $(call remember,$(inline-constants),inline-text))
endif

# ---- the compiler, checked --------------------------------------------------

compiler-identity := $(CC) $(arch-flags-y) $(EXTRA_CFLAGS) \
	$(sort $(filter CONFIG_LIBC_% CONFIG_ARCH_%,$(.VARIABLES)))

$(eval $(call remember,$(objtree)/obj/compiler.cmd,compiler-identity))

# The program itself, so that a new version is noticed.
compiler-file := $(wildcard $(shell command -v $(firstword $(CC)) 2>/dev/null))

$(objtree)/obj/compiler.checked: $(objtree)/obj/compiler.cmd $(compiler-file)
	$(Q)$(srctree)/scripts/build/check-compiler
	$(Q)touch $@

# ---- linking ----------------------------------------------------------------

# With -flto among the flags it all becomes code where the one member is linked, which then is like any other. Clang
# does so without being told.
lto-flags := $(filter -flto%,$(EXTRA_CFLAGS))
lto-merge := $(lto-flags) $(if $(lto-flags),$(if $(is-clang),,-flinker-output=nolto-rel))

# What no public symbol leads to is left out; functions that run at load are kept by the linker.
merge-command := $(CC) $(arch-flags-y) $(lto-merge) -r -nostdlib -Wl,--force-group-allocation -Wl,--gc-sections

# shared-link SONAME
shared-link = $(CC) $(arch-flags-y) $(lto-flags) $(if $(CONFIG_THREADS),-pthread) -shared \
	-Wl,-soname,$(1) -Wl,--version-script=$(objtree)/obj/exports.map \
	-Wl,-z,relro,-z,now,-z,noexecstack,-z,nodelete -Wl,--no-undefined \
	-Wl,-Bsymbolic-functions -Wl,--gc-sections -Wl,--build-id=none \
	$(if $(CONFIG_DEBUG_INFO)$(filter -g%,$(EXTRA_CFLAGS)),,-Wl,--strip-debug) $(EXTRA_LDFLAGS)

shared-command := $(call shared-link,$(soname))

link-commands := $(merge-command) $(shared-command) $(objects)

$(eval $(call remember,$(objtree)/obj/link.cmd,link-commands))

# What is exported, one name a line. A symbol's second column is a family that
# the interface option selects, or a feature.
exports := $(objtree)/obj/exports
families := $(if $(CONFIG_INTERFACE_PREFIXED),,override) $(if $(CONFIG_INTERFACE_OVERRIDE),,prefixed) \
	$(if $(CONFIG_STATISTICS),statistics) $(if $(CONFIG_VALIDATE),validate) \
	$(if $(CONFIG_INLINE_HEADER),$(if $(CONFIG_THREADS),inline_threads,inline_one_thread))

$(eval $(call remember,$(objtree)/obj/exports.cmd,families))

$(exports): $(srctree)/src/libc/symbols $(objtree)/obj/exports.cmd
	$(Q)$(AWK) -v families='$(families)' 'BEGIN { count = split(families, list) } \
		/^[^#]/ { for (i = 1; i <= count; i++) if ($$2 == list[i]) print $$1 }' $< >$@

# ---- the configuration in the artefact ---------------------------------------

# Version and options as text, for tailor-config to read back. The section is not allocated: it is never loaded, goes
# through partial links and --gc-sections with the member that it stands in, and binutils' strip leaves it.
config-section := .tailor.config
config-text    := $(objtree)/obj/tailor.config
config-flags   := --add-section $(config-section)=$(config-text)

$(config-text): $(srctree)/VERSION $(generated)/options
	@mkdir -p $(@D)
	$(Q){ echo "# Tailor $(version)"; cat $(generated)/options; } >$@

# Made with the headers; not there when those are of a time before it.
$(generated)/options:
	$(Q)$(srctree)/scripts/kconfig/configure sync

# ---- the single member ------------------------------------------------------

# The thunks of 32-bit PIC code come in groups of which a program keeps one copy
# by name; with the names local, dropping ours would break our calls. So the
# groups are dissolved.
#
# On MIPS a symbol's binding decides how its address is had (R_MIPS_GOT16, R_MIPS_CALL16), so what was compiled as
# global must stay it. There the other names are hidden, and get a dot, which no program has in its names.
ifneq ($(CONFIG_ARCH_MIPS)$(CONFIG_ARCH_MIPSEL),)
make-internal = $(NM) -g --defined-only $@.tmp | $(AWK) 'FILENAME != "-" { public[$$1]; next } \
	NF == 3 && !($$3 in public) { print $$3, "tailor." $$3 }' $(exports) - >$@.names && \
	$(OBJCOPY) --redefine-syms=$@.names
else
make-internal = $(OBJCOPY) --keep-global-symbols=$(exports)
endif

$(objtree)/obj/tailor.o: $(objects) $(exports) $(config-text) $(objtree)/obj/link.cmd
	$(announce) LD tailor.o
	$(Q)$(merge-command) $$(sed 's/^/-Wl,-u,/' $(exports)) -o $@.tmp $(objects)
	$(Q)$(make-internal) $(config-flags) $@.tmp $@
	@rm -f $@.tmp $@.names

# ---- the libraries ----------------------------------------------------------

# Deterministic archives: no times, no owners.
make-archive = rm -f $@ && $(AR) rcsD $@

$(objtree)/libtailor.a: $(objtree)/obj/tailor.o
	$(announce) AR $(@F)
	$(Q)$(make-archive) $<

# All symbols as they are, for tests that look inside.
$(objtree)/obj/internal.a: $(objects) $(objtree)/obj/link.cmd
	$(announce) AR $(@F)
	$(Q)$(make-archive) $(objects)

.PHONY: obj/internal.a
obj/internal.a: $(objtree)/obj/internal.a

# The names have no version: a versioned malloc would not replace the libc's.
$(objtree)/obj/exports.map: $(exports)
	$(Q){ echo '{ global:'; sed 's/$$/;/' $<; echo 'local: *; };'; } >$@

$(objtree)/libtailor.so: $(objects) $(objtree)/obj/exports.map $(config-text) $(objtree)/obj/link.cmd
	$(announce) LD $(@F)
	$(Q)$(shared-command) -o $(objtree)/obj/$(@F).tmp $(objects)
	$(Q)$(OBJCOPY) $(config-flags) $(objtree)/obj/$(@F).tmp $@
	@rm -f $(objtree)/obj/$(@F).tmp

$(objtree)/$(soname): $(objtree)/libtailor.so
	$(Q)ln -sf libtailor.so $@
