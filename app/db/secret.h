// The database user and password, from the file in which the stack keeps them.
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECRET_MAX = 1024, SECRET_HASH_SIZE = 32 };

struct secret {
	char user[SECRET_MAX + 1];
	char password[SECRET_MAX + 1];
};

// Reads a JSON object with `password` and optionally `username` (default: `user`), the form that
// Secrets Manager uses. path "": no password. On failure, returns false and writes one line to
// `why`. Call secret_clear after use, either way.
bool secret_read(const char *path, const char *user, struct secret *ret_secret, char *why, size_t size);
// Distinguishes two secrets without keeping either.
void secret_hash(const struct secret *s, uint8_t out[SECRET_HASH_SIZE]);
void secret_clear(struct secret *s);

#endif
