// Authentication: the tokens of a file, each with a name and a role.
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>
#include <stdio.h>

#include "api/request.h"

struct auth;

enum auth_verdict {
	AUTH_FINE,
	AUTH_UNKNOWN,	// no token, or an unknown one
	AUTH_FORBIDDEN, // a token that may only read
};

// Reads a file of at most 64 KiB. It contains either one token of 16 to 512 visible ASCII
// characters on one line, which gets the name "stack" and may write; or one line for each token,
// with its name, `read` or `write`, and the SHA-256 of the token as 64 hexadecimal digits. In the
// second form, a line that starts with # is a comment. On failure, NULL and one line to `problems`
// for each problem. auth_free at the end.
struct auth *auth_read(const char *path, FILE *problems);
// Reads the same file again, from any thread. A problem changes nothing and returns false.
bool auth_reload(struct auth *a, FILE *problems);
void auth_free(struct auth *a);

// Are there several tokens, and so several callers to distinguish?
bool auth_has_several(struct auth *a);
// What may a request with this Authorization header (NULL: none) do? The time this takes reveals
// nothing about the tokens. ret_name is the name of the token.
enum auth_verdict auth_check(struct auth *a, const char *header, bool write, char ret_name[CALLER_SIZE]);

#endif
