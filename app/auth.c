// The bearer token: read from its file, compared with what callers send.

#include "auth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_MIN = 16, TOKEN_MAX = 512 };

char *
auth_read_token(const char *path, FILE *problems)
{
	char room[TOKEN_MAX + 3] = "";
	FILE *in = fopen(path, "re");

	if (!in) {
		fprintf(problems, "crudd: token_file: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	size_t len = fread(room, 1, sizeof room - 1, in);
	bool ok = !ferror(in);
	fclose(in);
	if (len && room[len - 1] == '\n')
		len--;
	if (len && room[len - 1] == '\r')
		len--;
	ok = ok && len >= TOKEN_MIN && len <= TOKEN_MAX;
	for (size_t i = 0; i < len; i++)
		ok = ok && room[i] > ' ' && room[i] <= '~';
	char *token = ok ? strndup(room, len) : NULL;
	if (!token)
		fprintf(problems, "crudd: token_file: %s: expected %d to %d visible ASCII characters\n", path,
			TOKEN_MIN, TOKEN_MAX);
	explicit_bzero(room, sizeof room);
	return token;
}

bool
auth_allows(const char *token, const char *header)
{
	static const char scheme[] = "Bearer ";

	if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
		return false;
	header += sizeof scheme - 1;
	while (*header == ' ')
		header++;
	size_t len = strlen(header), right = strlen(token);
	volatile unsigned char different = len != right; // volatile: no shortcut for the compiler either
	for (size_t i = 0; i < len; i++)
		different |= (unsigned char)(header[i] ^ token[i % right]);
	return !different;
}
