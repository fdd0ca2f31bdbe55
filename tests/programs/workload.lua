-- A program that lives on its allocator: strings, tables, closures, coroutines, trees, large buffers and the
-- collector in both of its modes. Each part checks its own results and prints a checksum that is the same on
-- every machine, word size and allocator, so that two runs can be compared line by line.
--
--	lua workload.lua [SCALE]	SCALE times the work; 1 takes about a second on a machine of 2020

local scale = tonumber(arg[1] or "1")

-- The checksum of a part: order matters, 32 bits, integers only.
local function mix(sum, value)
	return ((sum << 5) ~ (sum >> 27) ~ value) * 0x9E3779B1 & 0xFFFFFFFF
end

local function mix_string(sum, text)
	for i = 1, #text, math.max(1, #text // 64) do
		sum = mix(sum, text:byte(i))
	end
	return mix(sum, #text)
end

-- A generator of our own: math.random differs between versions.
local function new_random(seed)
	return function(limit)
		seed = (seed * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
		return (seed >> 24) % limit + 1
	end
end

local function strings(rounds)
	local random, sum, words = new_random(1), 0, {}
	for i = 1, rounds * 4000 do
		local word = string.char(96 + random(26), 96 + random(26)):rep(random(60))
		words[#words + 1] = word:upper() .. i
		if #words == 500 then
			local line = table.concat(words, ",")
			local count = select(2, line:gsub("%d+", "<%0>"))
			assert(count == 500)
			sum, words = mix_string(sum, line:reverse()), {}
		end
	end
	return sum
end

local function tables(rounds)
	local random, sum = new_random(2), 0
	for _ = 1, rounds * 4 do
		local array, by_name = {}, {}
		for i = 1, 10000 do
			array[i] = random(1000000)
			by_name["key" .. array[i]] = { value = array[i], i }
		end
		for i = 1, 10000, 3 do
			by_name["key" .. array[i]] = nil
		end
		local left = 0
		for name, entry in pairs(by_name) do
			assert(name == "key" .. entry.value)
			left = left + 1
		end
		table.sort(array)
		for i = 2, #array do
			assert(array[i - 1] <= array[i])
		end
		for _ = 1, 300 do
			table.remove(array, random(#array))
		end
		sum = mix(mix(sum, left), array[#array // 2])
	end
	return sum
end

local function closures(rounds)
	local sum = 0
	for i = 1, rounds * 60 do
		local chain = function(x) return x end
		for depth = 1, 150 do
			local inner = chain
			chain = function(x) return inner((x + depth * i) & 0xFFFF) end
		end
		sum = mix(sum, chain(i))
		local chunk = assert(load("local a, b = ... return a * " .. i .. " + b"))
		assert(chunk(3, 4) == 3 * i + 4)
	end
	return sum
end

local function coroutines(rounds)
	local sum, ring = 0, {}
	for i = 1, 200 do
		ring[i] = coroutine.wrap(function(value)
			local held = {}
			while true do
				held[#held % 50 + 1] = ("%d:%d"):format(i, value)
				value = coroutine.yield(value * 3 + i & 0xFFFFFF)
			end
		end)
	end
	local token = 1
	for _ = 1, rounds * 60 do
		for i = 1, #ring do
			token = ring[i](token)
		end
		ring[token % #ring + 1] = coroutine.wrap(function(value)
			while true do
				value = coroutine.yield(value + 1)
			end
		end)
		sum = mix(sum, token)
	end
	return sum
end

local function tree(depth)
	if depth == 0 then
		return {}
	end
	return { tree(depth - 1), tree(depth - 1) }
end

local function count(node)
	return node[1] and 1 + count(node[1]) + count(node[2]) or 1
end

local function trees(rounds)
	local sum, kept = 0, tree(12)
	for _ = 1, rounds * 3 do
		for depth = 4, 12 do
			sum = mix(sum, count(tree(depth)))
		end
	end
	assert(count(kept) == 2 ^ 13 - 1)
	return sum
end

-- Buffers from a byte to megabytes, each filled with a pattern that is looked at before it is let go.
local function buffers(rounds)
	local random, sum, held = new_random(3), 0, {}
	for i = 1, rounds * 600 do
		local size = 1 << random(21) - 1
		size = size + random(size) - 1
		local slot = i % 24 + 1
		local old = held[slot]
		if old then
			local first = old:byte(1)
			assert(old:byte(#old) == first and old:byte(#old // 2 + 1) == first)
			sum = mix(sum, first)
		end
		held[slot] = string.char(random(255)):rep(size)
		sum = mix(sum, size)
	end
	return mix_string(sum, string.pack("<i4i8s4z", 1, 2, held[1]:sub(1, 9), "end"))
end

local function collector(rounds)
	local finalised, made = 0, 0
	local weak = setmetatable({}, { __mode = "k" })
	local meta = { __gc = function() finalised = finalised + 1 end }
	for _, mode in ipairs({ "generational", "incremental" }) do
		collectgarbage(mode)
		for i = 1, rounds * 4000 do
			local object = setmetatable({ i, tostring(i) }, meta)
			weak[object] = { object[2] }
			made = made + 1
		end
		collectgarbage()
		collectgarbage()
		assert(next(weak) == nil)
		assert(finalised == made)
	end
	return mix(0, finalised)
end

for _, part in ipairs({
	{ "strings", strings },
	{ "tables", tables },
	{ "closures", closures },
	{ "coroutines", coroutines },
	{ "trees", trees },
	{ "buffers", buffers },
	{ "collector", collector },
}) do
	print(("%-10s %08x"):format(part[1], part[2](scale)))
end
collectgarbage()
assert(collectgarbage("count") < 16 * 1024)
