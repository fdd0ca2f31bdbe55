# SPDX-License-Identifier: MIT
#
# Three steps of cleaning, each includes those before it.

.PHONY: clean mrproper distclean

# What a build made.
clean:
	$(Q)rm -rf $(objtree)/amalgam $(objtree)/budget $(objtree)/obj
	$(Q)rm -f $(objtree)/libtailor.a $(objtree)/libtailor.so $(objtree)/libtailor.so.*

# And the configuration.
mrproper: clean
	$(Q)rm -rf $(generated)
	$(Q)rm -f $(KCONFIG_CONFIG) $(KCONFIG_CONFIG).old $(KCONFIG_CONFIG).rejected $(objtree)/defconfig
	$(Q)if [ $(objtree) != $(srctree) ]; then rmdir $(objtree)/include 2>/dev/null || :; fi

# And what editors, tag programs, benchmarks and releases leave.
distclean: mrproper
	$(Q)rm -f $(objtree)/tags $(objtree)/TAGS $(objtree)/tailor-*.tar.xz
	$(Q)rm -rf $(objtree)/bench-results $(objtree)/packages
