# SPDX-License-Identifier: MIT
#
# Makes random configurations.
#
#	awk -v kconfig=Kconfig -v targets="NAME..." -v seed=S -v first=N -v last=N -v output=FOLDER \
#		-f scripts/kconfig/model.awk -f space.awk -f random.awk
#
# Number N of a seed is written to FOLDER/N.config, its target to FOLDER/N.target. Everything but the target follows
# from the seed and the number alone (and the target's constraints), so a single one can be made again with
# first=last=N, and targets= of its own target. The sequence is the "minimal standard" generator of Park and
# Miller, x -> 48271 x mod 2^31 - 1, for which any awk's doubles suffice; no awk's rand() is like another's.
#
# Of a number three in ten are the least and three in ten the greatest value that is permitted there, one in ten
# the default; the others lie between, each magnitude as likely as the next, most of them powers of two. Of anything
# else one in three is the default, and the others any value.

function next_random() {
	random_state = (random_state * 48271) % 2147483647
	return random_state
}

# 0 up to BOUND - 1.
function random_below(bound) {
	return int(next_random() / 2147483647 * bound)
}

function start_random(number,	i) {
	random_state = (seed % 2147483646 + 1) * 16807 % 2147483647
	random_state = (random_state + number * 40503) % 2147483646 + 1
	for (i = 0; i < 8; i++)
		next_random()
}

# Between the bounds, by magnitude. Not every awk can raise to a power.
function random_between(low, high,	magnitude, least, most, number) {
	if (high - low < 16)
		return low + random_below(high - low + 1)
	for (least = 1; least < low; least *= 2)
		;
	for (magnitude = least; magnitude * 2 <= high; magnitude *= 2)
		most++
	magnitude = least
	for (most = random_below(most + 1); most > 0; most--)
		magnitude *= 2
	number = magnitude + (random_below(4) > 0 ? 0 : random_below(magnitude))
	return number < low ? low : number > high ? high : number
}

function random_number(name,	kind, number) {
	kind = random_below(10)
	if (kind < 3)
		return low_bound
	if (kind < 6)
		return high_bound
	number = kind < 7 ? default_of(name) : random_between(low_bound, high_bound)
	return number < low_bound ? low_bound : number > high_bound ? high_bound : number
}

function random_value(name, values, count,	chosen) {
	if (count == 0)
		return random_number(name)
	chosen = values[1 + random_below(count)]
	return count > 1 && random_below(3) == 0 ? default_of(name) : chosen
}

function make_random(number,	i, name, values, count) {
	start_random(number)
	target_now = target_list[1 + random_below(target_count)]
	split("", value)
	for (i = 1; i <= unit_count; i++) {
		name = unit[i]
		count = unit_values(name, values)
		set_unit(name, random_value(name, values, count))
	}
}

BEGIN {
	if (!load_space(kconfig))
		exit 1
	target_count = split(targets, target_list, " ")
	for (i = 1; i <= target_count; i++)
		if (!load_target(target_list[i]))
			exit 1
	for (number = first + 0; number <= last + 0; number++) {
		make_random(number)
		print_config(output "/" number ".config")
		print target_now > (output "/" number ".target")
		close(output "/" number ".config")
		close(output "/" number ".target")
	}
}
