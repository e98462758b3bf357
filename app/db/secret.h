// The database user and password, from the file where the stack keeps them.
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_MAX = 1024 };

struct secret {
	char user[SECRET_MAX + 1];
	char password[SECRET_MAX + 1];
};

// Reads a JSON object with password and perhaps username (else it is `user`), as Secrets Manager keeps it. path "": no password.
// False, and one line in why, if that cannot be done. secret_clear when it has been used.
bool secret_read(const char *path, const char *user, struct secret *ret_secret, char *why, size_t size);
void secret_clear(struct secret *s);

#endif
