# SPDX-License-Identifier: MIT
#
# What an allocator will take, from its configuration alone.
#
#	awk -v live=N -f layout.awk -f text.awk -f compute.awk .config constants.h text_costs
#
# N is the number of live blocks that heap_worst is asked for.
#
# constants.h is what scripts/constants.awk makes of the same .config. Prints, by tabs:
#
#	number	 NAME	VALUE	UNIT	KIND	WORDS	  KIND: exact; bound: at most; estimate
#	class	 CLASS	STRIDE	SPAN	CAPACITY	WORST	MEAN	TAIL	  in parts of a hundred, of a block and of a slab
#	variable NAME	SECTION	BYTES	  one of the static variables
#
# A VALUE of - is "no bound", and WORDS say why.

/^CONFIG_[A-Za-z0-9_]+=/ && FILENAME == ARGV[1] {
	name = substr($0, 8, index($0, "=") - 8)
	text = substr($0, index($0, "=") + 1)
	option[name] = text == "y" ? 1 : text ~ /^-?[0-9]+$/ ? text + 0 : text
	next
}

FILENAME == ARGV[2] && /^#define [A-Z0-9_]+ / { constant[$2] = $3 }

FILENAME == ARGV[2] && /^\tX\(/ {
	gsub(/[^0-9,]/, "")
	split($0, column, ",")
	stride[column[1] + 0] = column[2] + 0
	span[column[1] + 0] = column[3] + 0
	class_count = column[1] + 0
}

FILENAME == ARGV[3] && !/^(#|[ \t]*$)/ { read_cost($0) }

function is_on(name) {
	if (name == "STATIC_AREA")
		return option["STATIC_META_SIZE"] > 0
	if (name == "KEPT")
		return option["MAPPINGS_KEPT_MAX"] > 0
	return option[name] == 1
}

function prepare() {
	pointer = constant["POINTER_SIZE"]
	word_bits = constant["WORD_BITS"]
	clock_bytes = constant["PURGE_CLOCK_TYPE"] == "uint64_t" ? 8 : 4
	region = power_of_two(constant["REGION_SIZE_LOG2"])
	granule = power_of_two(constant["GRANULE_SIZE_LOG2"])
	descriptors = constant["GRANULES_PER_REGION"] * power_of_two(constant["DESCRIPTOR_SIZE_LOG2"])
	page = power_of_two(constant["PAGE_SIZE_MAX_LOG2"])
	has_clock = is_on("PURGE_DELAYED") || is_on("PURGE_DECAY")
	is_reserved = is_on("ARCH_64BIT")
	# heap/heap.c: EMPTY_GRANULES_MAX
	empty_granules = smaller(int(constant["GRANULES_PER_REGION"] / 16), 8)
	layout()
	lower_variables()
	heap_variables()
	diagnostic_variables()
}

function say(name, value, unit, kind, about) {
	printf "number\t%s\t%s\t%s\t%s\t%s\n", name, value == "-" ? "-" : sprintf(unit == "%" ? "%.1f" : "%.0f", value), unit, kind, about
}

# ---- metadata, as arena/metadata.c hands it out ----

function take(size) {
	size = round_up(size, constant["META_OBJECT_ALIGN"])
	if (size > bytes_left) {
		bytes_left = round_up(size, chunk)
		chunks += bytes_left
	}
	bytes_left -= size
	if (chunks > 0)
		chunks_used += size
}

# The arena, a thread's heap (unless there is one alone), the group of the first region.
function metadata_at_start() {
	chunk = larger(page, 16384)
	bytes_left = is_on("STATIC_AREA") ? option["STATIC_META_SIZE"] : 0
	chunks = 0
	take(arena_size)
	if (is_on("THREADS"))
		take(heap_size)
	take(group_size)
	return chunks
}

# ---- the parts ----

function say_static() {
	say("bss", static_bytes["bss"] + static_slack["bss"], "bytes", "bound", \
		"static variables without a value; of them " (is_on("STATIC_AREA") ? \
		option["STATIC_META_SIZE"] + option["STATIC_META_ALIGN"] - 1 : 0) " for metadata")
	say("bss_variables", static_bytes["bss"], "bytes", "exact", "the same without what alignment costs")
	say("data", static_bytes["data"] + static_slack["data"], "bytes", "bound", "static variables with a value")
}

function say_thread(heap) {
	heap = round_up(heap_size, constant["META_OBJECT_ALIGN"])
	say("heap", heap_size, "bytes", "exact", "struct heap")
	say("thread", (is_on("THREADS") ? heap : 0) + static_bytes["thread"], "bytes", "exact", is_on("THREADS") ? \
		"a thread more: its heap and its slot, before its first block" : "there is one thread; its heap is in .bss")
}

function say_address_space(metadata, first) {
	metadata = metadata_at_start()
	first = is_reserved ? larger(option["RESERVE_MIN_MIB"] * 1048576, region) : region
	say("va", first + metadata, "bytes", "exact", "address space once the first block is there: " \
		(is_reserved ? "a reservation" : "a region") ", and " metadata " bytes of metadata that .bss has no room for")
	say("va_aligning", first + region + metadata, "bytes", "bound", \
		"for a moment, where the system hands out unaligned addresses")
	say("region", region, "bytes", "exact", is_reserved ? "a region, carved from a reservation; reservations grow to " \
		option["RESERVE_MAX_MIB"] " MiB" : "a region more")
	say("arenas", first * option["ARENA_COUNT"], "bytes", "exact", "first address space of all " option["ARENA_COUNT"] \
		" arenas, when as many threads have allocated; metadata aside")
}

function say_metadata(a_region) {
	a_region = granule + group_size / word_bits
	say("metadata", a_region * 1048576 / region, "bytes per MiB", "exact", \
		"of regions: a granule each for descriptors, and its share of the directory")
	say("metadata_resident", (descriptors + group_size / word_bits) * 1048576 / region, "bytes per MiB", "bound", \
		"the part of it that is ever written")
	say("group", group_size, "bytes", "exact", "struct region_group: the directory of " word_bits " regions")
	say("arena", arena_size, "bytes", "exact", "struct arena")
}

# Of a block of the class: what is lost of it at the size that fits worst, and on average over the class's sizes.
function say_classes(c, low, worst, mean) {
	for (c = 1; c <= class_count; c++) {
		low = stride[c - 1] + 1
		worst = (stride[c] - low) / stride[c]
		mean = (stride[c] - (low + stride[c]) / 2) / stride[c]
		capacity[c] = int(span[c] * granule / stride[c])
		printf "class\t%d\t%d\t%d\t%d\t%.1f\t%.1f\t%.1f\n", c, stride[c], span[c], capacity[c], worst * 100, \
			mean * 100, (1 - capacity[c] * stride[c] / (span[c] * granule)) * 100
		span_sum += span[c]
		span_most = larger(span_most, span[c])
		if (stride[c] > constant["LINEAR_SIZE_MAX"])
			waste = larger(waste, worst)
	}
	say("waste", waste * 100, "%", "bound", "lost inside a block of a class beyond " constant["LINEAR_SIZE_MAX"] " bytes")
	say("linear_waste", constant["BLOCK_ALIGN"] - 1, "bytes", "bound", "lost inside a block up to that size")
}

# Every block may keep a slab of its own from going; so may what threads have at hand, and empty slabs that they keep.
function say_fragmentation(each) {
	each = span_most * granule
	say("block_worst", each, "bytes", "bound", "that a live block of a class can hold: a slab of " span_most \
		" granules in which it is alone; n blocks hold n times that, and what follows for each thread")
	say("thread_worst", (span_sum + empty_granules) * granule, "bytes", "bound", \
		"that a thread can hold without a live block, until it tidies: an active slab of each class, and empty ones; blocks of others that it has are theirs as yet")
	say("heap_worst", live * each + (span_sum + empty_granules) * granule, "bytes", \
		"bound", "a heap of one thread with " live " live blocks of classes, at worst")
	say("large_worst", granule - 1, "bytes", "bound", "lost behind a large block")
	say("huge_before", granule, "bytes", "exact", "in front of a huge block, whose mapping begins with a header; or its" \
		" alignment, if that is more")
	say("huge_waste", huge_lost() * 100, "%", "bound", is_on("THP_NEVER") ? "lost behind a huge block: less than a page" : \
		"lost behind a huge block: less than a page, or what makes whole huge pages of it if that is an eighth at most" \
		(is_on("THP_ADAPTIVE") && !is_on("HEAP_LIMIT") ? "; where " 4 * option["THP_THRESHOLD_MIB"] \
		" MiB are in use by huge blocks, up to a huge page of one, and a seventh of all of them" : ""))
}

# heap/huge.c: of the smallest huge block the page is the largest part; the eighth is one of block and granule. Up
# to a tenth of a hundredth.
function huge_lost(smallest, lost) {
	smallest = region / 2
	lost = is_on("THP_NEVER") ? page / smallest : ((smallest + granule + page) / 8 + page) / smallest
	return int(lost * 1000 + 0.9999) / 1000
}

function say_dirty(cap, arenas) {
	cap = option["PURGE_DIRTY_MAX_KIB"] * 1024
	arenas = option["ARENA_COUNT"]
	if (is_on("PURGE_NEVER") || is_on("PURGE_MANUAL"))
		say("dirty", "-", "bytes", "bound", is_on("PURGE_NEVER") ? \
			"no bound: what is free is never given back" : "no bound but malloc_trim(): until then what is free stays")
	else if (is_on("PURGE_IMMEDIATE"))
		say("dirty", is_on("THP_NEVER") ? 0 : "-", "bytes", "bound", is_on("THP_NEVER") ? \
			"free memory goes back when it is released" : "no bound: a huge page brings free memory in")
	else if (cap == 0)
		say("dirty", "-", "bytes", "bound", "no bound in bytes; what was freed goes within " 2 * option["PURGE_DELAY_MS"] \
			" ms, at the first tick after")
	else
		say("dirty", int(cap / granule) * granule * arenas + (is_on("KEPT") ? cap : 0), "bytes", "bound", \
			"free and not given back, once no free() is under way: the cap for each of " arenas " arenas" \
			(is_on("KEPT") ? ", and for kept mappings" : ""))
	if (has_clock)
		say("dirty_ms", 3 * option["PURGE_DELAY_MS"], "ms", "bound", "how long memory stays free, if a thread ticks")
	if (has_clock && cap > 0)
		say("dirty_released", region / 2, "bytes", "bound", \
			"beyond that, for a moment: what a thread is just releasing" (is_on("KEPT") ? "; a huge block as a whole" : ""))
}

# Pages that the first block of a program brings in: the descriptors', the block's, the metadata's.
function say_ram(touched) {
	chunks_used = 0
	metadata_at_start()
	# musl allocates for each handler of fork(), of which the library registers one set.
	touched = page + larger(4096, page) * (is_on("LIBC_MUSL") && is_on("THREADS") ? 2 : 1) + (chunks_used > 0 ? round_up(chunks_used, page) + page : 0)
	say("ram", static_bytes["bss"] + static_slack["bss"] + static_bytes["data"] + static_slack["data"] + touched, \
		"bytes", "bound", "resident with one thread and one small block: static variables, a page of descriptors, the block's, " \
		"metadata; pages of " page)
}

END {
	prepare()
	say_text()
	say_static()
	say_ram()
	say_thread()
	say_address_space()
	say_metadata()
	say_classes()
	say_fragmentation()
	say_dirty()
	for (v = 1; v <= variables; v++)
		printf "variable\t%s\t%s\t%d\n", variable_name[v], variable_section[v], variable_size[v]
}
