obj-y += slab/hint.o
obj-y += slab/size_class.o
obj-y += slab/slab.o
