// Who may call: the tokens of a file, each with a name and a role.
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>
#include <stdio.h>

#include "api/request.h"

struct auth;

enum auth_verdict {
	AUTH_FINE,
	AUTH_UNKNOWN,	// no token, or none of ours
	AUTH_FORBIDDEN, // a token that may only read
};

// The file holds either one token, 16 to 512 visible ASCII characters in a line, which is called "stack" and may write; or a line for each
// token: its name, `read` or `write`, and the SHA-256 of the token as 64 hexadecimal digits; # begins a comment. NULL, and a line to
// `problems` for each that is wrong, if it holds anything else. auth_free at the end.
struct auth *auth_read(const char *path, FILE *problems);
// The same file once more, from any thread: what is wrong with it leaves everything as it was. False then.
bool auth_reload(struct auth *a, FILE *problems);
void auth_free(struct auth *a);

// What an Authorization header (NULL: there was none) may do. How long that takes tells nothing about the tokens. ret_name is whose it is.
enum auth_verdict auth_check(struct auth *a, const char *header, bool write, char ret_name[CALLER_SIZE]);

#endif
