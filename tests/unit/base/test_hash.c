// The examples of FIPS 180-4, and the same hash from a descriptor, whatever the length.

#include "../fixture.h"
#include "base/hash.h"

#include <stdio.h>

static void
hashes(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char got[HASH_HEX + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		hash_hex(rows[i].text, strlen(rows[i].text), got);
		ROW_EQUAL(i, got, rows[i].want);
	}
}

static void
descriptors(void **state)
{
	static const size_t lengths[] = {0, 1, 63, 64, 65, 16383, 16384, 16385, 50000};
	static uint8_t data[50000];

	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * i >> 3 ^ i);
	for (size_t i = 0; i < LENGTH(lengths); i++) {
		char got[HASH_HEX + 1], want[HASH_HEX + 1];
		FILE *file = tmpfile();

		assert_non_null(file);
		assert_int_equal(fwrite(data, 1, lengths[i], file), lengths[i]);
		rewind(file);
		assert_true(hash_descriptor(fileno(file), got));
		hash_hex(data, lengths[i], want);
		ROW_EQUAL(i, got, want);
		fclose(file);
	}
	assert_false(hash_descriptor(-1, (char[HASH_HEX + 1]){0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
		cmocka_unit_test(descriptors),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
