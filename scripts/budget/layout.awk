# SPDX-License-Identifier: MIT
#
# Sizes of the engine's structures, by the rules by which a compiler lays them out. Each stands field by field as in its
# header, named beside it; tests/budget compares them with the compiler's own.

function round_up(number, step) {
	return int((number + step - 1) / step) * step
}

function power_of_two(log2, result) {
	for (result = 1; log2 > 0; log2--)
		result *= 2
	return result
}

function larger(a, b) {
	return a > b ? a : b
}

function smaller(a, b) {
	return a < b ? a : b
}

# begin(), field() for each, and end(), which is the size; layout_align is its alignment then.
function begin() {
	layout_offset = 0
	layout_align = 1
}

function field(size, align, count) {
	layout_offset = round_up(layout_offset, align) + size * (count == "" ? 1 : count)
	layout_align = larger(layout_align, align)
}

function words(count) {
	field(pointer, pointer, count)
}

function end() {
	return round_up(layout_offset, layout_align)
}

function layout(exchange) {
	# base/lock.h: nothing with one thread
	lock_size = is_on("THREADS") ? 4 : 0
	lock_align = is_on("THREADS") ? 4 : 1

	# arena/purge_turn.h
	begin()
	field(lock_size, lock_align)
	field(clock_bytes, clock_bytes)
	turn_size = end()
	turn_align = layout_align

	# arena/arena.h: struct region_slot, region_group, arena
	begin()
	words(1)
	field(2, 2, 3)
	field(1, 1, 2)
	words(4 * constant["GRANULE_WORDS"])
	slot_size = end()

	begin()
	words(4 + constant["CLASS_COUNT"])
	field(slot_size, pointer, word_bits)
	group_size = end()

	begin()
	field(lock_size, lock_align)
	words(6)
	field(turn_size, turn_align)
	arena_size = end()

	# heap/heap.h: struct exchange, heap
	begin()
	words(round_up(constant["CLASS_COUNT"], word_bits) / word_bits)
	field(1, 1, constant["CLASS_COUNT"])
	exchange = end()

	begin()
	words(constant["CLASS_COUNT"])
	field(1, 1, constant["HEAP_UNITS"])
	heap_lists_size = end()
	words(2 * constant["CLASS_COUNT"])
	words(constant["OUTBOX_PLACES"])
	field(exchange, pointer, is_on("EXCHANGE"))
	words(round_up(constant["CLASS_COUNT"], word_bits) / word_bits)
	words(4)
	field(4, 4, 3)
	field(lock_size, lock_align)
	field(1, 1)
	field(1, 1, option["OUTBOX_SLOTS"] > 0)
	heap_size = end()

	# arena/mapping_table.h, mapping_cache.h
	begin()
	words(2)
	field(1, 1)
	mapping_size = end()
	begin()
	field(turn_size, turn_align)
	field(lock_size, lock_align)
	words(2)
	field(mapping_size, pointer, option["MAPPINGS_KEPT_MAX"] + 1)
	words(2)
	cache_size = end()
}

# ---- static variables -------------------------------------------------------

# A variable of a section, .bss or .data. A name that is static to a function has a number behind it in the object.
function variable(name, section, size, align) {
	variables++
	variable_name[variables] = name
	variable_section[variables] = section
	variable_size[variables] = size
	static_bytes[section] += size
	static_slack[section] += align - 1
}

function word(name) {
	variable(name, "bss", pointer, pointer)
}

function number(name) {
	variable(name, "bss", 4, 4)
}

# src/platform, src/base, src/arena
function lower_variables() {
	if (is_on("STATIC_AREA"))
		variable("area", "bss", option["STATIC_META_SIZE"] + option["STATIC_META_ALIGN"] - 1,
			option["STATIC_META_ALIGN"])
	if (is_on("KEPT"))
		variable("mapping_cache", "bss", cache_size, 32)
	variable("arena_table", "bss", option["ARENA_COUNT"] * pointer, 32)
	variable("chunk", "bss", 3 * pointer, 16)
	variable("lowest", "data", pointer, pointer)
	word("next_hint")
	if (!is_on("KEPT"))
		word("mapping_bytes_in_use")
	if (is_on("HEAP_LIMIT"))
		word("bytes_in_use")
	if (!is_on("PURGE_NEVER") && !is_on("PURGE_MADV_FREE"))
		number("zeroes")
	if (is_on("THP_ADAPTIVE") && is_on("THREADS") && (is_on("PURGE_DELAYED") || is_on("PURGE_DECAY")))
		variable("per_tick", "data", 4, 4)
	if (is_on("THREADS")) {
		number("arena_table_lock")
		number("metadata_lock")
		word("forking_thread")
	}
}

# src/heap and the thread's slot
function heap_variables() {
	if (is_on("THP_ADAPTIVE"))
		word("bytes_added")
	number("heap_count")
	number("is_started")
	word("heap_registry_all")
	if (!is_on("THREADS")) {
		word("only_thread")
		variable("tailor_only_heap", "bss", heap_size, 32)
		return
	}
	variable("heap_blank", "bss", heap_lists_size + 256, 32)
	number("heap_registry_lock")
	word("heap_registry_pooled")
	word("exit_action")
	if (has_clock) {
		variable("reclaim_turn", "bss", turn_size, 16)
		word("heap_registry_kept")
	}
	if (is_on("TLS_PTHREAD_KEY")) {
		number("heap_key")
		number("key_is_ready")
		word("setting_thread")
		word("heap_to_set")
	} else {
		number("exit_key")
		variable("has_exit_key", "bss", 1, 1)
		variable("tailor_thread_heap", "thread", pointer, pointer)
	}
}

# src/diagnostics
function diagnostic_variables() {
	if (is_on("MESSAGES")) {
		variable("message", "data", 2 * pointer, 16)
		number("trims_in_a_row")
	}
	if (is_on("STATISTICS")) {
		variable("gauges", "bss", 4 * pointer, 32)
		variable("peaks", "bss", 4 * pointer, 32)
		variable("counters", "bss", 10 * pointer, 32)
	}
	if (is_on("VALIDATE")) {
		variable("seen", "bss", round_up(constant["SLAB_SPAN_MAX"] * granule / constant["BLOCK_ALIGN"], word_bits) / 8, 32)
		word("contradictions")
	}
}
