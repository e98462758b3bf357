// The only file that includes nettle, which uses the processor's instructions for SHA-256: half of a
// compilation is hashing.

#include "base/hash.h"

#include <errno.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <string.h>
#include <unistd.h>

static void
finish(struct sha256_ctx *hash, char ret_hex[HASH_HEX + 1])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(hash, sizeof digest, digest);
	base16_encode_update(ret_hex, sizeof digest, digest);
	ret_hex[HASH_HEX] = '\0';
}

void
hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1])
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, len, data);
	finish(&hash, ret_hex);
}

bool
hash_descriptor(int fd, char ret_hex[HASH_HEX + 1])
{
	uint8_t chunk[16384];
	struct sha256_ctx hash;
	ssize_t n;

	sha256_init(&hash);
	while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			sha256_update(&hash, (size_t)n, chunk);
	finish(&hash, ret_hex);
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
