// SHA-256 of texts of every length around the blocks, against the plain code of libmd and the examples
// of FIPS 180-4.

#include "../fixture.h"
#include "base/hash.h"

#include <sha256.h>

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
	char got[HASH_HEX + 1], want[HASH_HEX + 1];
	static uint8_t data[5000];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		hash_hex(rows[i].text, strlen(rows[i].text), got);
		ROW_EQUAL(i, got, rows[i].want);
	}
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * i >> 3 ^ i);
	for (size_t n = 0; n < sizeof data; n += n < 300 ? 1 : 61) {
		hash_hex(data + n % 7, n - (n > 7 ? 7 : n), got);
		SHA256Data(data + n % 7, n - (n > 7 ? 7 : n), want);
		ROW_EQUAL(n, got, want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
