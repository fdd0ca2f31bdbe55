obj-y += api/aligned.o
obj-y += api/malloc.o
obj-y += api/realloc.o
obj-y += api/trim.o
