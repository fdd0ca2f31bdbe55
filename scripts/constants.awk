# The constants that follow from a configuration, computed before anything is compiled.
#
#	awk -f scripts/constants.awk .config >include/generated/constants.h
#
# Geometry, limits and the table of size classes. The C code takes them as they are and
# static_asserts that the sizes of its structures agree. What Kconfig cannot express is refused here:
# FILE:LINE: CONFIG_X=value: reason; remedy.
#
# Layout: read the configuration, check it, derive, print. To fit the size classes to a program, replace
# add_classes(): everything behind it only sees class_size[] and class_span[].

/^CONFIG_[A-Za-z0-9_]+=/ {
	symbol = substr($0, 8, index($0, "=") - 8)
	value[symbol] = substr($0, index($0, "=") + 1)
	line[symbol] = FNR
}

function is_set(symbol) {
	return value[symbol] == "y"
}

function refuse(symbol, reason, remedy) {
	printf "%s:%d: CONFIG_%s=%s: %s; %s\n", FILENAME, line[symbol], symbol, value[symbol],
		reason, remedy | "cat >&2"
	refused = 1
}

function power_of_two(log2, result) {
	for (result = 1; log2 > 0; log2--)
		result *= 2
	return result
}

function log2_of(number, result) {
	for (result = 0; number > 1; result++)
		number = int((number + 1) / 2)
	return result
}

function round_up(number, step) {
	return int((number + step - 1) / step) * step
}

function greatest_common_divisor(a, b, rest) {
	while (b > 0) {
		rest = a % b
		a = b
		b = rest
	}
	return a
}

function least_align() {
	return atomic_bytes > pointer_size ? atomic_bytes : pointer_size
}

# A cache line, or less where the menu packs the static metadata more tightly.
function object_align(align) {
	align = ("STATIC_META_ALIGN" in value) ? value["STATIC_META_ALIGN"] + 0 : 64
	return align < 64 ? align : 64
}

function check() {
	if (region_log2 > 2 * granule_log2 - descriptor_log2)
		refuse("REGION_SIZE_LOG2", "its descriptors do not fit in one granule of 2^" granule_log2 " bytes",
			"set at most " 2 * granule_log2 - descriptor_log2 " or raise CONFIG_GRANULE_SIZE_LOG2")
	if (region_log2 < granule_log2 + 4)
		refuse("REGION_SIZE_LOG2", "a region holds at least 16 granules of 2^" granule_log2 " bytes",
			"set at least " granule_log2 + 4 " or lower CONFIG_GRANULE_SIZE_LOG2")
	if (granule_log2 < page_log2)
		refuse("GRANULE_SIZE_LOG2", "a granule holds at least the largest page, of 2^" page_log2 " bytes",
			"set at least " page_log2)
	if (is_set("HEAP_LIMIT") && value["HEAP_LIMIT_KIB"] * 1024 < slab_span_max * granule_size)
		refuse("HEAP_LIMIT_KIB", "a slab has up to " slab_span_max " granules of 2^" granule_log2 " bytes",
			"set at least " slab_span_max * granule_size / 1024)
	if (is_set("ARCH_64BIT") && value["RESERVE_MAX_MIB"] + 0 < value["RESERVE_MIN_MIB"] + 0)
		refuse("RESERVE_MAX_MIB", "it is below CONFIG_RESERVE_MIN_MIB",
			"set at least " value["RESERVE_MIN_MIB"])
}

# Granules of a slab: one if it holds eight blocks, else as few as hold four, but at most four.
function span_for(size, span) {
	for (span = 1; span < slab_span_max && int(span * granule_size / size) < (span == 1 ? 8 : 4); span *= 2)
		;
	return span
}

function add_class(size) {
	if (size <= class_size[class_count])
		return
	class_count++
	class_size[class_count] = size
	class_span[class_count] = span_for(size)
}

# Every multiple of the block alignment up to the linear maximum, then a fixed number a doubling.
function add_classes(size, base, step, spacing) {
	spacing = is_set("CLASS_SPACING_8") ? 8 : is_set("CLASS_SPACING_4") ? 4 : 2
	class_count = 0
	class_size[0] = 0
	for (size = block_align; size <= linear_max; size += block_align)
		add_class(size)
	for (base = block_align; base < medium_max; base *= 2) {
		for (step = 1; step <= spacing; step++) {
			size = round_up(base + base * step / spacing, block_align)
			if (size > linear_max && size <= medium_max)
				add_class(size)
		}
	}
}

function derive(c) {
	pointer_size = is_set("ARCH_64BIT") ? 8 : 4
	atomic_bytes = value["ATOMIC_WIDTH"] / 8
	page_log2 = is_set("PAGE_SIZE_MAX_64K") ? 16 : is_set("PAGE_SIZE_MAX_16K") ? 14 : 12
	region_log2 = value["REGION_SIZE_LOG2"] + 0
	granule_log2 = value["GRANULE_SIZE_LOG2"] + 0
	granule_size = power_of_two(granule_log2)
	slab_span_max = 4
	descriptor_log2 = is_set("ARCH_64BIT") ? 6 : 5
	granule_count = power_of_two(region_log2 - granule_log2)
	word_bits = pointer_size * 8

	# Where max_align_t asks for 16, every block has 16.
	block_align = (is_set("ARCH_64BIT") || is_set("ARCH_X86") || is_set("ARCH_GENERIC_32")) ? 16 : 8
	linear_max = int(value["CLASS_LINEAR_MAX"] / block_align) * block_align
	# A class for each unit up to this size stands in every heap: where sizes lie on both sides of the linear part, no
	# processor foresees a branch. It takes an instruction, and a byte for each unit.
	direct_max = linear_max
	if (is_set("ARCH_64BIT") && is_set("THREADS") && is_set("OPTIMISE_SPEED") && direct_max < 1024)
		direct_max = 1024
	# A block beyond 16 KiB costs its pages more than it costs to find them.
	medium_max = granule_size < 16384 ? granule_size : 16384
	if (direct_max > medium_max)
		direct_max = linear_max
	unit_count = direct_max > linear_max ? direct_max / block_align + 1 : 1
	# Twice as many as there may be chains, and a power of two: so few of them need the same one.
	outbox_places = value["OUTBOX_SLOTS"] > 0 ? power_of_two(log2_of(2 * value["OUTBOX_SLOTS"])) : 0
	add_classes()

	class_step = medium_max
	for (c = 1; c <= class_count; c++)
		if (class_size[c] > linear_max)
			class_step = greatest_common_divisor(class_step, class_size[c])
}

function define(name, number, comment) {
	printf "#define %-24s %s%s\n", name, number, comment == "" ? "" : " /* " comment " */"
}

function print_constants() {
	print "/* Made from the configuration by scripts/constants.awk; do not edit. */"
	print "#ifndef GENERATED_CONSTANTS_H"
	print "#define GENERATED_CONSTANTS_H"
	print ""
	define("POINTER_SIZE", pointer_size)
	define("WORD_BITS", word_bits)
	define("PAGE_SIZE_MAX_LOG2", page_log2)
	define("BLOCK_ALIGN_LOG2", log2_of(block_align))
	define("BLOCK_ALIGN", block_align, "bytes; what every block has")
	print ""
	define("REGION_SIZE_LOG2", region_log2)
	define("GRANULE_SIZE_LOG2", granule_log2)
	define("DESCRIPTOR_SIZE_LOG2", descriptor_log2)
	define("GRANULES_PER_REGION", granule_count)
	define("GRANULE_WORDS", int((granule_count + word_bits - 1) / word_bits), "a bitmap of a region")
	print ""
	define("PURGE_CLOCK_TYPE", (atomic_bytes ? atomic_bytes : pointer_size) == 8 ? "uint64_t" : "uint32_t")
	define("META_ALIGN", least_align(), "bytes; what the widest atomic needs")
	define("META_OBJECT_ALIGN", object_align(), "bytes; where a piece of metadata begins")
}

function print_classes(c, size, per_line) {
	print ""
	define("LINEAR_SIZE_MAX", linear_max, "bytes; class = size / BLOCK_ALIGN, rounded up")
	define("DIRECT_SIZE_MAX", direct_max, "bytes; a heap knows the class of each unit")
	define("HEAP_UNITS", unit_count)
	define("MEDIUM_SIZE_MAX", medium_max, "bytes; beyond it blocks are runs of granules")
	define("CLASS_COUNT", class_count + 1, "class 0 is no class")
	define("CLASS_STEP_LOG2", log2_of(class_step))
	define("SLAB_SPAN_MAX", slab_span_max, "granules")
	define("OUTBOX_PLACES", outbox_places, "for chains of blocks of others; 0, or a power of two")
	print ""
	print "/* X(class, stride in bytes, granules a slab) */"
	print "#define SIZE_CLASSES(X) \\"
	for (c = 1; c <= class_count; c++)
		printf "\tX(%d, %d, %d)%s\n", c, class_size[c], class_span[c], c < class_count ? " \\" : ""
	print ""
	print "/* The class of sizes above i steps less one and up to i steps, i from 0. */"
	print "#define CLASS_OF_STEP \\"
	c = 1
	for (size = 0; size <= medium_max; size += class_step) {
		while (class_size[c] < size)
			c++
		printf "%s%d%s", per_line % 16 == 0 ? "\t" : "", c, size < medium_max ? ", " : ""
		per_line++
		if (per_line % 16 == 0 && size < medium_max)
			print "\\"
	}
	print ""
}

# What the C code asserts of its structures, and a budget adds up. A heap: three lists and a bit for each class, the
# classes of units, a word for each place of the outbox, four words more, and five numbers of 32 bits; for an exchange
# a bit and a byte for each class, and one such number.
function print_sizes(size) {
	size = round_up(class_count + 1, word_bits) / 8 + (class_count + 1) * 3 * pointer_size
	size += outbox_places * pointer_size
	size += 4 * pointer_size + round_up(5 * 4, pointer_size)
	size += round_up(unit_count, pointer_size)
	if (is_set("EXCHANGE"))
		size += round_up(class_count + 1, word_bits) / 8 + round_up(4 + class_count + 1, pointer_size)
	print ""
	define("HEAP_SIZE_MAX", round_up(size, 64), "bytes; a thread's heap")
	print ""
	print "#endif"
}

END {
	derive()
	check()
	if (refused)
		exit 1
	print_constants()
	print_classes()
	print_sizes()
}
