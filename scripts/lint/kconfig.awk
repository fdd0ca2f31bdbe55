# SPDX-License-Identifier: MIT
#
# Compares the Kconfig files with the names that code, make, scripts and documents use. Needs
# scripts/kconfig/model.awk, which refuses what is outside the portable subset and every symbol that a
# Kconfig file uses and none defines; the Kconfig files come first among the arguments.

BEGIN {
	load_kconfig("Kconfig")
	for (i = 1; i <= entry_count; i++)
		if (entry_prompt[i])
			has_prompt[entry_symbol[i]] = 1
}

# ---- Kconfig files: where symbols stand, and their help ----------------------

FILENAME ~ /(^|\/)Kconfig$/ {
	read_kconfig_line()
	next
}

# A statement ends the entry before it; that must have had help if it had a prompt.
function end_entry() {
	if (entry != "" && prompted && !helped)
		print entry_at ": " entry " has no help: say what it does, what it costs, when to change it"
	entry = ""
}

function read_kconfig_line() {
	if (FNR == 1)
		end_entry()
	if (/^(config|menuconfig)[ \t]/) {
		end_entry()
		entry = $2
		entry_at = FILENAME ":" FNR
		if (!(entry in defined_at))
			defined_at[entry] = entry_at
	} else if (/^choice([ \t]|$)/) {
		end_entry()
		entry = "the choice"
		entry_at = FILENAME ":" FNR
	} else if (/^(end)?(menu|choice|if|source|comment|mainmenu)([ \t(]|$)/)
		end_entry()
	else if (/^[ \t]+(bool|int|hex|string|prompt)[ \t]+"/)
		prompted = 1
	else if (/^[ \t]+help$/) {
		helped = -1
		return
	} else if (helped < 0 && NF > 0)
		helped = 1
	else if (/^[ \t]+select[ \t]/ && $2 in has_prompt)
		print FILENAME ":" FNR ": select of " $2 ", which has a prompt: that overrides its user and " \
			"its dependencies; use depends on, or imply"
	if (entry_at == FILENAME ":" FNR)
		prompted = helped = 0
}

# ---- everything else: which names are used -----------------------------------

# A document or a test may name a symbol, but that is no use of it.
FNR == 1 {
	end_entry()
	counts = FILENAME !~ /^(configs|tests|docs)\/|\.md$/
	is_c = FILENAME ~ /\.[ch]$/
	delete added
}

# A document may add a symbol in a patch, and speak of it from there on.
FILENAME ~ /\.md$/ && /^\+config [A-Z]/ { added[$2] = 1 }

{ code = is_c ? code_of($0) : $0 }

is_c && code ~ /^[ \t]*#[ \t]*(define|undef)[ \t]+CONFIG_/ {
	print FILENAME ":" FNR ": only the configuration defines CONFIG_ names"
}

{
	rest = $0
	while (match(rest, /(^|[^A-Za-z0-9_])CONFIG_[A-Z0-9_]*/)) {
		name = substr(rest, RSTART, RLENGTH)
		sub(/^.?CONFIG_/, "", name)
		rest = substr(rest, RSTART + RLENGTH)
		use_name(name, rest)
	}
}

# The scripts of the build know the symbols by their names without the prefix.
FILENAME ~ /^scripts\/(build\/|constants\.awk$)/ && !/^[ \t]*#/ {
	rest = $0
	while (match(rest, /[A-Z][A-Z0-9_]+/)) {
		in_code[substr(rest, RSTART, RLENGTH)] = 1
		rest = substr(rest, RSTART + RLENGTH)
	}
}

# X, Y, NAME and SYMBOL stand for any; a name that ends in _ or is followed by a pattern for several.
function use_name(name, rest,	symbol) {
	if (name == "" || name ~ /^(X|Y|NAME|SYMBOL)$/)
		return
	if (name ~ /_$/ || rest ~ /^[%*<{"$\\[]/) {
		for (symbol in type)
			if (index(symbol, name) == 1) {
				if (counts)
					in_code[symbol] = 1
				return
			}
	}
	if (name in added)
		return
	if (!(name in type))
		print FILENAME ":" FNR ": CONFIG_" name " is used, and no Kconfig file defines it"
	else if (counts)
		in_code[name] = 1
}

# A choice may leave one member unsaid: it is what remains when all others are asked for.
function judge_use(name, choice) {
	if (name in in_code || name in used_at || judged[name]++)
		return
	if (!choice)
		print defined_at[name] ": " name " is defined, and nothing uses it"
	else if (unsaid[choice] == "")
		unsaid[choice] = name
	else
		print defined_at[name] ": " name " is defined, and nothing uses it (nor " unsaid[choice] ")"
}

END {
	end_entry()
	for (i = 1; i <= entry_count; i++)
		judge_use(entry_symbol[i], entry_choice[i])
}
