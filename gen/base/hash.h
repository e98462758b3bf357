// SHA-256, in hexadecimal.
#ifndef HASH_H
#define HASH_H

#include <stddef.h>

enum { HASH_HEX = 64 };

// Writes 64 lower-case digits and a NUL.
void hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1]);

#endif
