// Who may call: the one token of the stack.
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>
#include <stdio.h>

// The token in the file at path, without the line end behind it: 16 to 512 visible ASCII characters. NULL,
// and one line to `problems`, if the file holds anything else. The caller frees it.
char *auth_read_token(const char *path, FILE *problems);

// Does an Authorization header (NULL: there was none) carry this token as `Bearer TOKEN`? How long the answer
// takes depends on the header alone, never on how much of it is right.
bool auth_allows(const char *token, const char *header);

#endif
