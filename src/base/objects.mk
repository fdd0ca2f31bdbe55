obj-y += base/bitmap.o
obj-y += base/check.o
obj-$(CONFIG_THREADS) += base/lock.o
