# file scripts/build/library.mk
s/-Wl,-soname,/-Wl,-rpath,$(objtree) &/
