// The only file that includes libmd. Half of a compilation would be its SHA-256, so that whole blocks go
// through the processor's instructions for it where there are any; libmd does the rest.

#include "base/hash.h"

#include <errno.h>
#include <sha256.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 64 };

#if defined __x86_64__
#include <cpuid.h>
#include <immintrin.h>

static bool
has_instructions(void)
{
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) && __builtin_cpu_supports("sse4.1");
}

// The state is kept as the instructions want it: words a, b, e, f in one register, c, d, g, h in the
// other. Intel's "New Instructions Supporting the Secure Hash Algorithm" has the schedule.
__attribute__((target("sha,sse4.1"))) static void
add_blocks(uint32_t state[8], const uint8_t *data, size_t n)
{
	static const uint32_t k[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
		0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
		0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
		0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb,
		0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
		0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f,
		0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);

	for (; n > 0; n--, data += BLOCK) {
		__m128i abef_before = abef, cdgh_before = cdgh, w[4];
		for (size_t i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), big_endian);
		for (size_t i = 0; i < 16; i++) {
			__m128i sum = _mm_add_epi32(w[i % 4], _mm_loadu_si128((const __m128i *)(k + 4 * i)));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
			__m128i next = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);
			next = _mm_add_epi32(next, _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4));
			w[i % 4] = _mm_sha256msg2_epu32(next, w[(i + 3) % 4]);
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}
#else
static bool
has_instructions(void)
{
	return false;
}

static void
add_blocks(uint32_t state[8], const uint8_t *data, size_t n)
{
	(void)state, (void)data, (void)n;
}
#endif

// Adds data to a hash that has been given whole blocks so far.
static void
add_data(SHA2_CTX *hash, const uint8_t *data, size_t len)
{
	static int able = -1;
	size_t whole = len / BLOCK * BLOCK;

	able = able < 0 ? has_instructions() : able;
	if (able) {
		add_blocks(hash->state.st32, data, whole / BLOCK);
		hash->bitcount[0] += 8 * whole;
		data += whole;
		len -= whole;
	}
	SHA256Update(hash, data, len);
}

void
hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1])
{
	SHA2_CTX hash;

	SHA256Init(&hash);
	add_data(&hash, data, len);
	SHA256End(&hash, ret_hex);
}

bool
hash_descriptor(int fd, char ret_hex[HASH_HEX + 1])
{
	uint8_t chunk[16384];
	SHA2_CTX hash;
	ssize_t n;

	SHA256Init(&hash);
	while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			SHA256Update(&hash, chunk, (size_t)n); // a read may end within a block
	SHA256End(&hash, ret_hex);
	return n == 0;
}

uint64_t
hash_quick(uint64_t seed, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	uint64_t hash = seed ^ len, word;

	for (size_t n; len > 0; bytes += n, len -= n) {
		n = len < sizeof word ? len : sizeof word;
		word = 0;
		memcpy(&word, bytes, n);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
		hash ^= hash >> 32;
	}
	return hash;
}
