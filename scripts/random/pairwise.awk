# SPDX-License-Identifier: MIT
#
# Makes a small set of configurations in which every two values of different options occur together at least
# once, wherever the menu lets them.
#
#	awk -v kconfig=Kconfig -v targets="NAME..." -v seed=S -v output=FOLDER \
#		-f scripts/kconfig/model.awk -f space.awk -f pairwise.awk
#
# What counts as a value: y and n of each bool; the members of each choice; of each number the bounds that the menu
# names, its defaults, and where a condition compares it, both sides of that; each target (a toolchain: what it
# fixes does not count once more). An option that cannot be set counts as n, and a number as absent.
#
# Greedy, as AETG: each configuration begins with a pair that is not covered yet; what the two depend on is chosen by
# a search that goes back where it must; the rest in order, each the value that covers most new pairs. Of several
# such attempts the one that covers most is taken. The search is complete over these values: when it finds
# nothing, the pair is impossible, and is counted with what refused it.
#
# FOLDER/N.config and FOLDER/N.target are the set, FOLDER/pairs says in a line each what became of all pairs:
# "covered A B" or "impossible A B: why". Printed are the numbers.

# ---- values -------------------------------------------------------------------------------------

# To ask for type[] of what is no symbol would make it one.
function is_number(name) {
	return (name in type) && type[name] == "int"
}

function add_candidate(name, number) {
	if (!((name, number) in is_candidate)) {
		is_candidate[name, number] = 1
		candidates[name] = candidates[name] " " number
	}
}

# BOUND is a number, or a symbol that stands for its own candidates.
function add_bound(name, bound,	list, count, i) {
	if (bound in type) {
		count = split(candidates[bound], list, " ")
		for (i = 1; i <= count; i++)
			add_candidate(name, list[i])
	} else
		add_candidate(name, bound)
}

# Where NAME < 5 or the like turns: 4 and 5.
function add_turns(expression,	token, count, i, number) {
	count = tokenise(expression, token)
	for (i = 2; i < count; i++) {
		if (token[i] !~ /^[<>]=?$/ || !is_number(token[i - 1]) || token[i + 1] !~ /^[0-9]+$/)
			continue
		number = token[i + 1] + (token[i] ~ /^(>|<=)$/)
		add_candidate(token[i - 1], number)
		add_candidate(token[i - 1], number - 1)
	}
}

function find_candidates(	e, i, j, name) {
	for (e = 1; e <= entry_count; e++) {
		name = entry_symbol[e]
		add_turns(joined(entry_terms[e]))
		for (i = 1; i <= range_count[name]; i++)
			add_turns(range_condition[name, i])
		for (i = 1; i <= default_count[unit_of(name)]; i++)
			add_turns(default_condition[unit_of(name), i])
	}
	for (i = 1; i <= unit_count; i++) {
		name = unit[i]
		if (!is_number(name))
			continue
		for (j = 1; j <= range_count[name]; j++) {
			add_bound(name, range_low[name, j])
			add_bound(name, range_high[name, j])
		}
		for (j = 1; j <= default_count[name]; j++)
			if (default_value[name, j] ~ /^[0-9]+$/)
				add_candidate(name, default_value[name, j])
	}
}

# Like unit_values(), with numbers listed. Unit 0 is the target.
function listed_values(u, values,	count, list, i, found, name) {
	if (u == 0)
		return split(targets, values, " ")
	name = unit[u]
	count = unit_values(name, values)
	if (count > 0)
		return count
	count = split(candidates[name], list, " ")
	for (i = 1; i <= count; i++)
		if (list[i] + 0 >= low_bound && list[i] + 0 <= high_bound)
			values[++found] = list[i]
	if (!found)
		values[++found] = low_bound
	return found
}

function decide(u, chosen) {
	if (u == 0)
		target_now = chosen
	else
		set_unit(unit[u], chosen)
	taken[u] = chosen
}

# ---- items: one for each value --------------------------------------------------------------------

# The item of a value of a unit, 0 when it does not count.
function item_of(u, chosen) {
	return (u, chosen) in item ? item[u, chosen] : 0
}

function add_item(u, chosen, text) {
	item[u, chosen] = ++item_count
	item_text[item_count] = text
	item_unit[item_count] = u
	item_value[item_count] = chosen
}

function find_items(	u, name, list, count, i) {
	count = split(targets, list, " ")
	for (i = 1; i <= count; i++)
		add_item(0, list[i], "target=" list[i])
	for (u = 1; u <= unit_count; u++) {
		name = unit[u]
		if (name in fixed)
			continue
		if (!(name in type)) {
			count = split(members[name], list, " ")
			for (i = 1; i <= count; i++)
				add_item(u, list[i], list[i] "=y")
		} else if (type[name] == "bool" && has_prompt(name)) {
			add_item(u, "n", name "=n")
			add_item(u, "y", name "=y")
		} else if (type[name] == "int" && has_prompt(name)) {
			count = split(candidates[name], list, " ")
			for (i = 1; i <= count; i++)
				add_item(u, list[i], name "=" list[i])
		}
	}
}

# ---- one configuration ----------------------------------------------------------------------------

# How many new pairs item I makes with those of the row so far.
function gain(i,	k, sum) {
	if (!i)
		return 0
	for (k = 1; k <= row_length; k++)
		sum += (row[k], i) in todo
	return sum
}

function enter(u, chosen,	i) {
	decide(u, chosen)
	i = item_of(u, chosen)
	if (i)
		row[++row_length] = i
}

function leave(u, chosen) {
	if (item_of(u, chosen))
		row_length--
	if (u > 0)
		unset_unit(unit[u])
}

# Orders VALUES[1..COUNT] by what they gain, the best first; on a tie, by chance.
function order_values(u, values, count,	i, j, swap, weight) {
	for (i = 1; i <= count; i++)
		weight[i] = gain(item_of(u, values[i])) + next_random() / 2147483647
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && weight[j] > weight[j - 1]; j--) {
			swap = weight[j]; weight[j] = weight[j - 1]; weight[j - 1] = swap
			swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap
		}
}

# Whether the unit has to be decided for the pair: one of the two, or before one of them.
function matters(u) {
	return u == 0 || u == item_unit[wanted_a] || u == item_unit[wanted_b] || \
		(item_unit[wanted_a], u) in before || (item_unit[wanted_b], u) in before
}

# Decides units from U on, as far as they matter, so that the wanted pair comes about; false when
# there is no way.
function search(u,	values, count, i) {
	while (u <= unit_count && !matters(u))
		u++
	if (u > unit_count)
		return 1
	count = listed_values(u, values)
	if (u == item_unit[wanted_a])
		count = only(u, values, count, wanted_a)
	else if (u == item_unit[wanted_b])
		count = only(u, values, count, wanted_b)
	order_values(u, values, count)
	for (i = 1; i <= count; i++) {
		enter(u, values[i])
		if (search(u + 1))
			return 1
		leave(u, values[i])
	}
	return 0
}

# Leaves the wanted value alone, or nothing; then notes why.
function only(u, values, count, wanted,	i) {
	for (i = 1; i <= count; i++)
		if (values[i] == item_value[wanted]) {
			values[1] = item_value[wanted]
			return 1
		}
	if (u >= refused_at) {
		refused_at = u
		refusal = why_not(unit[u], item_value[wanted])
	}
	return 0
}

# Why the unit cannot have the value now.
function why_not(name, wanted,	symbol, list, i) {
	symbol = name in type ? name : wanted
	split(entries[symbol], list, " ")
	if (!is_visible(symbol) && wanted != "n")
		return symbol " needs " unmet_term(entry_terms[list[1]])
	if (type[symbol] == "bool")
		return symbol " follows from other options"
	i = find_bounds(name)
	return "the range is " low_bound ".." high_bound \
		(range_condition[name, i] == "" ? "" : " if " range_condition[name, i])
}

function clear_row() {
	split("", value)
	split("", taken)
	split("", row)
	row_length = 0
	target_now = ""
}

# Decides what the search left open. All that a unit needs stands before it.
function fill_row(	u, values, count) {
	for (u = 0; u <= unit_count; u++) {
		if (u in taken)
			continue
		count = listed_values(u, values)
		order_values(u, values, count)
		enter(u, values[1])
	}
}

function new_pairs(	i, sum) {
	for (i = 1; i <= row_length; i++)
		sum += gain(row[i])
	return sum / 2
}

# ---- the set ----------------------------------------------------------------------------------------

function next_random() {
	random_state = (random_state * 48271) % 2147483647
	return random_state
}

function find_pairs(	i, j) {
	for (i = 1; i <= item_count; i++)
		for (j = i + 1; j <= item_count; j++)
			if (item_unit[i] != item_unit[j]) {
				todo[i, j] = todo[j, i] = 1
				todo_count++
			}
}

function done_with(a, b) {
	delete todo[a, b]
	delete todo[b, a]
	todo_count--
}

# The row becomes configuration number row_count.
function keep_row(	i, j, file) {
	file = output "/" ++row_count
	for (i = 1; i <= row_length; i++)
		for (j = i + 1; j <= row_length; j++)
			if ((row[i], row[j]) in todo) {
				done_with(row[i], row[j])
				covered++
				print "covered", item_text[row[i]], item_text[row[j]] > (output "/pairs")
			}
	print_config(file ".config")
	print target_now > (file ".target")
	close(file ".config")
	close(file ".target")
}

# The same choices once more, in order.
function restore_row(best,	u) {
	clear_row()
	for (u = 0; u <= unit_count; u++)
		enter(u, best[u])
}

# The best of several configurations with the wanted pair.
function cover(	attempt, pairs, best_pairs, best, u) {
	best_pairs = -1
	for (attempt = 1; attempt <= ATTEMPTS; attempt++) {
		clear_row()
		if (!search(0)) {
			done_with(wanted_a, wanted_b)
			impossible++
			impossible_because[refusal]++
			print "impossible", item_text[wanted_a], item_text[wanted_b] ": " refusal > (output "/pairs")
			return
		}
		fill_row()
		pairs = new_pairs()
		if (pairs > best_pairs) {
			best_pairs = pairs
			split("", best)
			for (u in taken)
				best[u] = taken[u]
		}
	}
	restore_row(best)
	keep_row()
}

function report(	reason, total) {
	total = covered + impossible
	for (reason in impossible_because)
		printf "  %5d impossible: %s\n", impossible_because[reason], reason | "sort -rn"
	close("sort -rn")
	printf "pairwise: %d options and %d targets, %d values, %d pairs: %d covered, %d impossible, %d left\n", \
		option_count, split(targets, reason_list, " "), item_count, total + todo_count, covered, impossible, todo_count
	printf "pairwise: %d configurations cover %.1f %% of the %d possible pairs\n", \
		row_count, 100 * covered / (covered + todo_count), covered + todo_count
}

BEGIN {
	ATTEMPTS = 16
	if (!load_space(kconfig))
		exit 1
	count = split(targets, target_list, " ")
	for (i = 1; i <= count; i++)
		if (!load_target(target_list[i]))
			exit 1
	random_state = seed % 2147483646 + 1
	find_candidates()
	find_items()
	find_pairs()
	for (i = 1; i <= item_count; i++)
		if (item_unit[i] > 0 && !option_seen[item_unit[i]]++)
			option_count++
	for (wanted_a = 1; wanted_a <= item_count; wanted_a++)
		for (wanted_b = wanted_a + 1; wanted_b <= item_count; wanted_b++)
			if ((wanted_a, wanted_b) in todo) {
				refused_at = -1
				refusal = ""
				cover()
			}
	report()
}
