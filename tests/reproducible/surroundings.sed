# file scripts/build/library.mk
s/-Wl,-soname,/-Wl,-rpath,path=$(objtree):user=$(shell id -u):name=$(USER):day=$(shell date +%j):age=$(shell stat -c %Y $(srctree)\/VERSION):locale=$(shell printf '%s\\n' B a | sort | head -n 1):jobs=$$(echo $$MAKEFLAGS | grep -c jobserver) &/
