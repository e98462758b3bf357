// SHA-256, as 64 hexadecimal digits.
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stddef.h>

enum { HASH_HEX = 64 };

void hash_hex(const void *data, size_t len, char ret_hex[HASH_HEX + 1]);
// Of everything that can be read from a descriptor. False with errno set.
bool hash_descriptor(int fd, char ret_hex[HASH_HEX + 1]);

// A number to place a text in a small table by.
size_t hash_short(const char *text);

#endif
