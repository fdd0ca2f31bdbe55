# SPDX-License-Identifier: MIT
#
# Reads the Kconfig files into a model, so that the other scripts of this
# directory can say why a tool dropped or changed a value. To be loaded before
# them: awk -v kconfig=Kconfig -f model.awk -f merge.awk ...
#
# It understands the subset that all tools read alike and refuses the rest
# (macros, tristate, named choices, globs and so on) with file and line. Paths
# are relative to the current directory, which is the source tree.
#
# The model, after load_kconfig():
#	type[s]			bool, int, hex or string, for each symbol s
#	entry_count, entry_*[e]	each config line: symbol, choice (0: none),
#				prompt (has one), terms (what must hold for its prompt,
#				by \001), depends (the same without the prompt's condition)
#	range_*[s, i]		low, high, condition of the i-th range of s
#	default_*[s, i]		value, condition of the i-th default of s, or of choice
#				number s
#	select_*[i]		by, target, condition
# Values for conditions come from value[s], which the caller fills.

# Refuses the file with what is wrong in it.
function model_error(reason) {
	print kconfig_file ":" kconfig_line ": " reason > "/dev/stderr"
	model_failed = 1
}

# ---- lines ------------------------------------------------------------------

# A line without its comment, a # inside quotes left alone.
function without_comment(line,	i, c, quote) {
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\\")
			i++
		else if (quote != "")
			quote = c == quote ? "" : quote
		else if (c == "\"" || c == "'")
			quote = c
		else if (c == "#")
			return substr(line, 1, i - 1)
	}
	return line
}

function trimmed(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

# The width of the indentation, -1 for a blank line.
function indentation(line,	i, c, width) {
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == " ")
			width++
		else if (c == "\t")
			width += 8 - width % 8
		else
			return width + 0
	}
	return -1
}

# True while LINE belongs to the help text that is open.
function in_help(line,	width) {
	if (!help_open)
		return 0
	width = indentation(line)
	if (width < 0)
		return 1
	if (help_width < 0)
		help_width = width
	if (width > 0 && width >= help_width)
		return 1
	help_open = 0
	return 0
}

# ---- expressions ------------------------------------------------------------

# Splits EXPRESSION into token[1..]; returns their number.
function tokenise(expression, token,	count) {
	split("", token)
	while ((expression = trimmed(expression)) != "") {
		if (match(expression, /^(&&|\|\||!=|<=|>=|[=<>!()]|[A-Za-z0-9_]+|"[^"]*"|'[^']*')/) == 0) {
			model_error("not understood: " expression)
			return 0
		}
		token[++count] = substr(expression, 1, RLENGTH)
		expression = substr(expression, RLENGTH + 1)
	}
	return count + 0
}

# What a token stands for: a literal, or the value of a symbol.
function token_value(name) {
	if (name ~ /^["']/)
		return substr(name, 2, length(name) - 2)
	if (name in type)
		return name in value ? value[name] : (type[name] == "bool" ? "n" : "")
	return name
}

function compared(left, operator, right) {
	if (operator == "=")
		return left == right
	if (operator == "!=")
		return left != right
	if (operator == "<")
		return left + 0 < right + 0
	if (operator == ">")
		return left + 0 > right + 0
	if (operator == "<=")
		return left + 0 <= right + 0
	return left + 0 >= right + 0
}

# The token at hand of the expression that is evaluated.
function eval_token() {
	return parsed[evaluated, eval_at]
}

# Recursive descent over its tokens from eval_at: or, and, not, comparison.
function eval_or(	result) {
	result = eval_and()
	while (eval_token() == "||") {
		eval_at++
		result = eval_and() || result
	}
	return result
}

function eval_and(	result) {
	result = eval_not()
	while (eval_token() == "&&") {
		eval_at++
		result = eval_not() && result
	}
	return result
}

function eval_not(	result, left, operator, right) {
	if (eval_token() == "!") {
		eval_at++
		return !eval_not()
	}
	if (eval_token() == "(") {
		eval_at++
		result = eval_or()
		eval_at++
		return result
	}
	left = token_value(eval_token())
	eval_at++
	operator = eval_token()
	if (operator !~ /^(=|!=|<|>|<=|>=)$/)
		return left == "y"
	eval_at++
	right = token_value(eval_token())
	eval_at++
	return compared(left, operator, right)
}

# Splits EXPRESSION once for all times that it is evaluated.
function parse(expression,	token, i) {
	parsed_count[expression] = tokenise(expression, token)
	for (i = 1; i <= parsed_count[expression]; i++)
		parsed[expression, i] = token[i]
}

# True when EXPRESSION holds; an empty one does.
function holds(expression) {
	if (!(expression in parsed_count))
		parse(expression)
	if (parsed_count[expression] == 0)
		return 1
	evaluated = expression
	eval_at = 1
	return eval_or()
}

# Notes the symbols of EXPRESSION, to be looked for when all files are read.
function use_symbols(expression,	token, count, i) {
	count = tokenise(expression, token)
	for (i = 1; i <= count; i++)
		if (token[i] ~ /^[A-Za-z0-9_]*[A-Za-z_]/ && token[i] !~ /^([yn]|0[xX].*)$/ && \
		    !(token[i] in used_at)) {
			used_at[token[i]] = kconfig_file ":" kconfig_line
			used[++used_count] = token[i]
		}
}

# The operands of EXPRESSION's top-level &&, each ended by \001.
function terms_of(expression,	token, count, i, depth, has_or, term, list) {
	count = tokenise(expression, token)
	for (i = 1; i <= count; i++) {
		depth += (token[i] == "(") - (token[i] == ")")
		has_or = has_or || (depth == 0 && token[i] == "||")
	}
	if (has_or)
		return expression "\001"
	depth = 0
	for (i = 1; i <= count; i++) {
		depth += (token[i] == "(") - (token[i] == ")")
		if (depth == 0 && token[i] == "&&") {
			list = list term "\001"
			term = ""
		} else {
			term = term (term ~ /^$|[!(]$/ || token[i] == ")" ? "" : " ") token[i]
		}
	}
	return count == 0 ? "" : list term "\001"
}

# ---- statements -------------------------------------------------------------

# Splits "WORDS if CONDITION"; sets rest_words and rest_condition.
function split_condition(rest,	at) {
	at = match(rest, /(^|[ \t])if[ \t(!]/)
	rest_condition = at ? trimmed(substr(rest, at + RLENGTH - 1)) : ""
	rest_words = at ? trimmed(substr(rest, 1, at - 1)) : rest
	use_symbols(rest_condition)
}

# Splits "PROMPT" [if CONDITION], the prompt in quotes.
function split_prompt(rest) {
	if (match(rest, /^"([^"\\]|\\.)*"/) == 0) {
		model_error("a prompt in double quotes is expected: " rest)
		return
	}
	rest_condition = trimmed(substr(rest, RLENGTH + 1))
	if (rest_condition ~ /^if[ \t(!]/)
		rest_condition = trimmed(substr(rest_condition, 3))
	else if (rest_condition != "")
		model_error("not understood: " rest_condition)
	use_symbols(rest_condition)
}

# Opens a block (menu, choice, if) whose terms its entries inherit.
function open_block(kind, terms) {
	block_kind[++depth] = kind
	block_terms[depth] = terms
	block_choice[depth] = kind == "choice" ? ++choice_count : block_choice[depth - 1]
}

function close_block(kind) {
	if (depth < 1 || block_kind[depth] != kind) {
		model_error("end" kind " without " kind)
		return
	}
	depth--
	statement = ""
}

function open_entry(name,	i) {
	if (name !~ /^[A-Z][A-Z0-9_]*$/)
		model_error("a symbol has capitals, digits and underscores: " name)
	statement = "config"
	entry_symbol[++entry_count] = name
	entry_choice[entry_count] = block_choice[depth] + 0
	entry_prompt[entry_count] = 0
	for (i = 1; i <= depth; i++)
		entry_depends[entry_count] = entry_depends[entry_count] block_terms[i]
	entry_terms[entry_count] = entry_depends[entry_count]
	if (!(name in type))
		type[name] = "none"
}

function set_type(word, rest,	name) {
	if (statement == "choice")
		return
	name = entry_symbol[entry_count]
	if (type[name] != "none" && type[name] != word)
		model_error(name " is already of type " type[name])
	type[name] = word
	if (rest != "")
		set_prompt(rest)
}

# The condition of a prompt counts as a dependency of what the user may set.
function set_prompt(rest) {
	split_prompt(rest)
	if (statement != "config")
		return
	entry_prompt[entry_count] = 1
	entry_terms[entry_count] = entry_terms[entry_count] terms_of(rest_condition)
}

function add_dependency(expression) {
	use_symbols(expression)
	if (statement == "config") {
		entry_terms[entry_count] = entry_terms[entry_count] terms_of(expression)
		entry_depends[entry_count] = entry_depends[entry_count] terms_of(expression)
	} else if (statement == "menu" || statement == "choice")
		block_terms[depth] = block_terms[depth] terms_of(expression)
}

function add_range(rest,	name, bound, i) {
	name = entry_symbol[entry_count]
	split_condition(rest)
	if (split(rest_words, bound, /[ \t]+/) != 2) {
		model_error("a range has two bounds: " rest)
		return
	}
	use_symbols(bound[1])
	use_symbols(bound[2])
	i = ++range_count[name]
	range_low[name, i] = bound[1]
	range_high[name, i] = bound[2]
	range_condition[name, i] = rest_condition
}

function add_default(rest,	name, i) {
	name = statement == "choice" ? block_choice[depth] : entry_symbol[entry_count]
	split_condition(rest)
	use_symbols(rest_words)
	i = ++default_count[name]
	default_value[name, i] = rest_words
	default_condition[name, i] = rest_condition
}

function add_select(rest) {
	split_condition(rest)
	use_symbols(rest_words)
	select_by[++select_count] = entry_symbol[entry_count]
	select_target[select_count] = rest_words
	select_condition[select_count] = rest_condition
}

# One attribute of a config, a choice, a menu or a comment.
function read_attribute(word, rest) {
	if (statement == "")
		model_error("not understood: " word " " rest)
	else if (word ~ /^(bool|int|hex|string)$/)
		set_type(word, rest)
	else if (word == "prompt")
		set_prompt(rest)
	else if (word == "def_bool") {
		set_type("bool", "")
		add_default(rest)
	} else if (word == "default")
		add_default(rest)
	else if (word == "depends" && rest ~ /^on[ \t]/)
		add_dependency(trimmed(substr(rest, 3)))
	else if (word == "visible" && rest ~ /^if[ \t]/)
		add_dependency(trimmed(substr(rest, 3)))
	else if (word == "range")
		add_range(rest)
	else if (word == "select")
		add_select(rest)
	else if (word == "imply") {
		split_condition(rest)
		use_symbols(rest_words)
	} else if (word == "help") {
		help_open = 1
		help_width = -1
	} else
		model_error("outside the portable subset of Kconfig: " word " " rest)
}

function read_statement(line,	word, rest) {
	word = line
	sub(/[ \t(!].*/, "", word)
	rest = trimmed(substr(line, length(word) + 1))
	if (word == "config" || word == "menuconfig")
		open_entry(rest)
	else if (word == "choice" || word == "menu") {
		if (word == "menu")
			split_prompt(rest)
		else if (rest != "")
			model_error("a choice has no name here: " rest)
		open_block(word, "")
		statement = word
	} else if (word == "if") {
		use_symbols(rest)
		open_block("if", terms_of(rest))
		statement = ""
	} else if (word == "endmenu" || word == "endchoice" || word == "endif")
		close_block(substr(word, 4))
	else if (word == "comment") {
		split_prompt(rest)
		statement = "comment"
	} else if (word == "mainmenu")
		split_prompt(rest)
	else if (word == "source")
		read_source(rest)
	else
		read_attribute(word, rest)
}

function read_source(rest,	file, line) {
	if (rest !~ /^"[^"$*?]+"$/) {
		model_error("source takes one plain path in quotes: " rest)
		return
	}
	file = kconfig_file
	line = kconfig_line
	read_kconfig(substr(rest, 2, length(rest) - 2))
	kconfig_file = file
	kconfig_line = line
	statement = ""
}

# Reads FILE, and by recursion what it sources.
function read_kconfig(file,	line, whole, status) {
	if (file in reading) {
		model_error("sourced a second time: " file)
		return
	}
	reading[file] = 1
	line_of[file] = 0
	while ((status = (getline line < file)) > 0) {
		kconfig_file = file
		kconfig_line = ++line_of[file]
		if (whole == "" && in_help(line))
			continue
		whole = whole line
		if (whole ~ /\\$/) {
			sub(/\\$/, " ", whole)
			continue
		}
		whole = trimmed(without_comment(whole))
		if (whole != "")
			read_statement(whole)
		whole = ""
	}
	close(file)
	help_open = 0
	if (status < 0)
		model_error("cannot be read: " file)
}

# Reads the whole menu; ends the program when it is broken.
function load_kconfig(file,	i) {
	kconfig_file = file
	kconfig_line = 1
	read_kconfig(file)
	if (depth > 0)
		model_error(block_kind[depth] " without end" block_kind[depth])
	for (i = 1; i <= used_count; i++)
		if (!(used[i] in type)) {
			print used_at[used[i]] ": " used[i] " is used and nowhere defined" > "/dev/stderr"
			model_failed = 1
		}
	for (i = 1; i <= entry_count; i++)
		if (type[entry_symbol[i]] == "none") {
			print kconfig_file ": " entry_symbol[i] " has no type" > "/dev/stderr"
			model_failed = 1
		}
	return !model_failed
}
