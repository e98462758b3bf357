// SHA-256, as 64 hexadecimal digits, and a quick hash for tables in memory.
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HASH_HEX = 64 };

void hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1]);
// Of everything that can be read from a descriptor. False with errno set.
bool hash_descriptor(int fd, char ret_hex[HASH_HEX + 1]);

// A number to place data in a table by; seed is what was made of the data before it.
uint64_t hash_quick(uint64_t seed, const void *data, size_t len);

#endif
