obj-y += arena/address_space.o
obj-y += arena/arena.o
obj-y += $(if $(filter-out 0,$(CONFIG_MAPPINGS_KEPT_MAX)),arena/mapping_cache.o arena/mapping_table.o)
obj-y += $(if $(filter-out 0,$(CONFIG_MAPPINGS_KEPT_MAX)),$(if \
	$(CONFIG_PURGE_DELAYED)$(CONFIG_PURGE_DECAY),arena/mapping_cache_clock.o))
obj-y += arena/mapping.o
obj-y += arena/metadata.o
obj-y += arena/regions.o
obj-y += $(if $(CONFIG_ARCH_64BIT),arena/region_source_reserved.o,arena/region_source_single.o)
obj-y += $(if $(filter-out 0,$(CONFIG_STATIC_META_SIZE)),arena/static_area.o)

obj-$(CONFIG_HEAP_LIMIT) += arena/limit.o

obj-$(CONFIG_THP_NEVER) += arena/huge_pages_never.o
obj-$(CONFIG_THP_ADAPTIVE) += arena/huge_pages_adaptive.o
obj-$(CONFIG_THP_ALWAYS) += arena/huge_pages_always.o
obj-$(CONFIG_THP_ADAPTIVE) += $(if $(CONFIG_PURGE_DELAYED)$(CONFIG_PURGE_DECAY),$(if $(CONFIG_THREADS),arena/collapse.o))

obj-$(CONFIG_PURGE_IMMEDIATE) += arena/purge.o
obj-$(CONFIG_PURGE_DELAYED) += arena/purge.o arena/purge_clock.o arena/purge_turn.o
obj-$(CONFIG_PURGE_DECAY) += arena/purge.o arena/purge_clock.o arena/purge_turn.o
obj-$(CONFIG_PURGE_MANUAL) += arena/purge.o
obj-$(CONFIG_THREADS) += arena/arena_fork.o
