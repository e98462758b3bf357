// The only file that includes libmd.

#include "base/hash.h"

#include <errno.h>
#include <sha256.h>
#include <stdint.h>
#include <unistd.h>

void
hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1])
{
	SHA256Data(data, len, ret_hex);
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
			SHA256Update(&hash, chunk, (size_t)n);
	SHA256End(&hash, ret_hex);
	return n == 0;
}

size_t
hash_short(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325U; // FNV-1a

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
	return (size_t)(hash ^ hash >> 32);
}
