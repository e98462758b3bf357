// The only file that includes libmd.

#include "base/hash.h"

#include <sha256.h>
#include <stdint.h>

void
hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1])
{
	SHA256Data(data, len, ret_hex);
}
