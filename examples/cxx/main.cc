/*
 * Threads that fill containers, and hand them to another one that empties them: operator new comes through
 * malloc(), which is Tailor's since the program is linked with it.
 */
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

using dictionary = std::map<std::string, std::vector<int>>;

static dictionary fill(int seed)
{
	dictionary words;

	for (int i = 0; i < 20000; i++)
		words["word" + std::to_string((i * 7919 + seed) % 1000)].push_back(i);
	return words;
}

int main()
{
	std::vector<std::unique_ptr<dictionary>> results(4);
	std::vector<std::thread> threads;

	for (int i = 0; i < 4; i++)
		threads.emplace_back([&results, i] { results[i] = std::make_unique<dictionary>(fill(i)); });
	for (auto &thread : threads)
		thread.join();

	size_t entries = 0;

	for (const auto &result : results)
		entries = std::accumulate(result->begin(), result->end(), entries,
				[](size_t sum, const auto &entry) { return sum + entry.second.size(); });
	results.clear();
	std::cout << entries << " entries\n";
	return entries == 80000 ? 0 : 1;
}
