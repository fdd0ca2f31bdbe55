# SPDX-License-Identifier: MIT
#
# Installing what was built: scripts/install/install, which says what goes where.

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man

ifneq ($(findstring /,$(SUFFIX))$(word 2,$(SUFFIX)),)
  $(error SUFFIX=$(SUFFIX): it is letters, digits and . _ - and begins with a letter or a digit, for example musl)
endif

install-quiet := $(if $(Q),$(if $(filter @:,$(announce)),yes))

# Under a suffix the shared library has another name inside too, so it is linked once more.
suffixed-soname  := libtailor-$(SUFFIX).so.$(version-major)
suffixed-library := $(objtree)/obj/suffix/libtailor-$(SUFFIX).so
install-library  := $(if $(CONFIG_SHARED_LIBRARY),$(if $(SUFFIX),$(suffixed-library),$(objtree)/libtailor.so))

ifneq ($(and $(SUFFIX),$(CONFIG_SHARED_LIBRARY),$(filter install,$(goals))),)
$(suffixed-library): $(objtree)/libtailor.so
	$(announce) LD $(@F)
	@mkdir -p $(@D)
	$(Q)$(call shared-link,$(suffixed-soname)) -o $@.tmp $(objects)
	$(Q)$(OBJCOPY) $(config-flags) $@.tmp $@
	@rm -f $@.tmp
endif

.PHONY: install uninstall

install: all $(install-library)
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BINDIR='$(BINDIR)' LIBDIR='$(LIBDIR)' \
		INCLUDEDIR='$(INCLUDEDIR)' MANDIR='$(MANDIR)' SUFFIX='$(SUFFIX)' VERSION='$(version)' \
		ARCHIVE=$(objtree)/libtailor.a LIBRARY=$(install-library) \
		quiet=$(install-quiet) $(srctree)/scripts/install/install

# Needs no configuration: the list that was installed says what there is.
uninstall:
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BINDIR='$(BINDIR)' LIBDIR='$(LIBDIR)' \
		INCLUDEDIR='$(INCLUDEDIR)' MANDIR='$(MANDIR)' SUFFIX='$(SUFFIX)' \
		quiet=$(install-quiet) $(srctree)/scripts/install/uninstall
