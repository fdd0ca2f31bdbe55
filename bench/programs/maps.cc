/*
 * A C++ program that lives on std::map and std::string: an index of words by name and by number, entries of which
 * come and go, with strings that are joined, cut and copied on the way.
 *
 *	operations=N	entries that are put into the index
 *	entries=N	that are there at a time
 */
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench.h"

namespace {

struct Entry {
	std::string name;
	std::vector<std::string> words;
	std::map<std::string, uint32_t> count;
};

class Index {
public:
	explicit Index(uint32_t limit) : limit_(limit), random_(random_seeded(0))
	{
	}

	uint32_t put(uint64_t number)
	{
		std::string name = "entry " + std::to_string(random_below(&random_, limit_ * 2));
		uint32_t check = 0;

		if (by_name_.size() >= limit_)
			check = remove_first_from(name);
		Entry &entry = by_name_[name];

		entry.name = name;
		entry.words.push_back(word() + "," + word());
		entry.count[entry.words.back().substr(0, 3)] += 1;
		by_number_.emplace(static_cast<uint32_t>(number), name);
		return check + static_cast<uint32_t>(entry.words.size());
	}

private:
	std::string word()
	{
		return std::string(1 + random_below(&random_, 40),
				   static_cast<char>('a' + random_below(&random_, 26)));
	}

	/* The entry at a name or behind it, and the oldest number. */
	uint32_t remove_first_from(const std::string &name)
	{
		auto place = by_name_.lower_bound(name);
		uint32_t check;

		if (place == by_name_.end())
			place = by_name_.begin();
		std::string line;

		for (const std::string &each : place->second.words)
			line += each + ";";
		check = static_cast<uint32_t>(line.size() + place->second.count.size());
		by_name_.erase(place);
		by_number_.erase(oldest_++);
		return check;
	}

	uint32_t limit_;
	uint32_t oldest_ = 0;
	struct random random_;
	std::map<std::string, Entry> by_name_;
	std::unordered_map<uint32_t, std::string> by_number_;
};

} /* namespace */

int main(int argc, char **argv)
{
	bench_start(argc, argv);
	uint64_t operations = scaled("operations", 1000000);
	Index index(static_cast<uint32_t>(number("entries", 20000)));
	uint32_t check = 0;

	bench_begin();
	for (uint64_t i = 0; i < operations; i++)
		check += index.put(i);
	bench_end(operations, check, 0);
	printf("\n");
	return 0;
}
