/*
 * C++'s new and delete come through the malloc family: plain, array, nothrow, sized, aligned
 * (C++17), the containers, and exceptions thrown across frames, which the C++ runtime allocates.
 */
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>

extern "C" {
#include <cmocka.h>
}

#include "support/family.h"

/* Else the compiler drops pairs of new and delete, or knows that a size is too large. */
static void *volatile escaped;
static volatile std::size_t too_large = PTRDIFF_MAX;

template <typename T> static T *keep(T *pointer)
{
	escaped = pointer;
	return pointer;
}

static bool is_aligned(const void *pointer, std::size_t alignment)
{
	return (reinterpret_cast<std::uintptr_t>(pointer) & (alignment - 1)) == 0;
}

/* The runtime's malloc is the one under test: found first, and not in the libc. */
static void the_runtime_finds_our_malloc(void **)
{
#ifdef CONFIG_TLS_LOCAL_EXEC
	skip(); /* a static program has no other */
#else
	Dl_info ours;
	Dl_info libc;
	void *found = dlsym(RTLD_DEFAULT, "malloc");

	assert_non_null(found);
	assert_int_not_equal(dladdr(found, &ours), 0);
	assert_int_not_equal(dladdr(reinterpret_cast<void *>(&std::strtol), &libc), 0);
	assert_ptr_not_equal(ours.dli_fbase, libc.dli_fbase);
#endif
}

static void plain_new_and_delete(void **)
{
	for (std::size_t size = 1; size < 300000; size = size * 3 / 2 + 1) {
		char *array = keep(new char[size]);

		std::memset(array, 1, size);
		assert_true(fam_malloc_usable_size(array) >= size);
		delete[] array;
		long *one = keep(new long(42));
		assert_int_equal(*one, 42);
		delete one;
		void *raw = keep(::operator new(size));
		::operator delete(raw, size);
	}
}

template <std::size_t ALIGNMENT> struct alignas(ALIGNMENT) aligned_object {
	char bytes[ALIGNMENT + 1];
};

template <std::size_t ALIGNMENT> static void check_aligned_new()
{
	auto *one = keep(new aligned_object<ALIGNMENT>);
	auto *many = keep(new aligned_object<ALIGNMENT>[5]);

	assert_true(is_aligned(one, ALIGNMENT));
	assert_true(is_aligned(many, ALIGNMENT));
	delete one;
	delete[] many;
	void *raw = keep(::operator new(100, std::align_val_t(ALIGNMENT)));
	assert_true(is_aligned(raw, ALIGNMENT));
	::operator delete(raw, 100, std::align_val_t(ALIGNMENT));
}

static void aligned_new_and_delete(void **)
{
	check_aligned_new<32>();
	check_aligned_new<64>();
	check_aligned_new<256>();
	check_aligned_new<4096>();
	check_aligned_new<65536>();
}

static void exhaustion_throws_or_returns_null(void **)
{
	bool was_thrown = false;

	try {
		keep(static_cast<char *>(::operator new(too_large)));
	} catch (const std::bad_alloc &) {
		was_thrown = true;
	}
	assert_true(was_thrown);
	assert_null(::operator new(too_large, std::nothrow));
}

static void containers_work(void **)
{
	std::map<int, std::string> names;
	std::vector<std::shared_ptr<std::string>> shared;

	for (int i = 0; i < 5000; i++) {
		names[i * 7919 % 5003] = std::string(static_cast<std::size_t>(i % 200), 'x');
		shared.push_back(std::make_shared<std::string>(std::to_string(i)));
	}
	for (int i = 0; i < 5000; i++)
		assert_true(*shared[static_cast<std::size_t>(i)] == std::to_string(i));
	assert_int_equal(names.size(), 5000);
}

static void throw_deep(int depth)
{
	std::string local(static_cast<std::size_t>(depth) * 10, 'y');

	if (depth == 0)
		throw std::string("bottom");
	throw_deep(depth - 1);
}

/* More of them live at once than the runtime could serve from its emergency pool. */
static void exceptions_allocate_and_free(void **)
{
	std::vector<std::exception_ptr> live;

	for (int i = 0; i < 4000; i++) {
		try {
			throw_deep(10);
		} catch (const std::string &text) {
			assert_true(text == "bottom");
		}
		try {
			throw std::to_string(i) + std::string(200, 'e');
		} catch (...) {
			live.push_back(std::current_exception());
		}
	}
	for (int i = 0; i < 4000; i++) {
		try {
			std::rethrow_exception(live[static_cast<std::size_t>(i)]);
		} catch (const std::string &text) {
			assert_true(text == std::to_string(i) + std::string(200, 'e'));
		}
	}
}

static void threads_pass_objects(void **)
{
#ifdef CONFIG_THREADS
	std::vector<std::unique_ptr<std::string>> objects;

	std::thread([&] {
		for (int i = 0; i < 2000; i++)
			objects.emplace_back(new std::string(static_cast<std::size_t>(i), 'z'));
	}).join();
	for (std::size_t i = 0; i < objects.size(); i++)
		assert_true(objects[i]->size() == i);
#else
	skip();
#endif
}

int main()
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_runtime_finds_our_malloc),
		cmocka_unit_test(plain_new_and_delete),
		cmocka_unit_test(aligned_new_and_delete),
		cmocka_unit_test(exhaustion_throws_or_returns_null),
		cmocka_unit_test(exceptions_allocate_and_free),
		cmocka_unit_test(containers_work),
		cmocka_unit_test(threads_pass_objects),
	};

	return cmocka_run_group_tests_name("cxx_new", tests, NULL, NULL);
}
