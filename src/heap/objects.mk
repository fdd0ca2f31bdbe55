obj-y += heap/any_block.o
obj-y += heap/heap.o
obj-y += heap/heap_registry.o
obj-y += heap/huge.o
obj-y += heap/large.o
obj-y += $(if $(CONFIG_TLS_NONE),heap/heap_only.o,heap/heap_slot.o)
obj-$(CONFIG_THREADS) += heap/heap_fork.o
obj-y += $(if $(CONFIG_PURGE_DELAYED)$(CONFIG_PURGE_DECAY),heap/tidy_by_clock.o,heap/tidy_by_events.o)
