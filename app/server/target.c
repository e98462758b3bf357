// RFC 3986 calls two encodings of an unreserved character equivalent ("%61" and "a"). The query is
// brought into the form without them, once, so that names of parameters can be compared as they
// stand.

#include "server/target.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/grammar.h"

static bool
is_unreserved(int c)
{
	return isalnum(c) || (c && strchr("-._~", c));
}

static void
decode_unreserved(char *s)
{
	char *to = s;

	for (; *s; s++) {
		bool encoded = *s == '%' && isxdigit((unsigned char)s[1]) && isxdigit((unsigned char)s[2]);
		int c = encoded ? (int)strtol((char[]){s[1], s[2], '\0'}, NULL, 16) : 0;

		*to++ = c < 0x80 && is_unreserved(c) ? (char)c : *s;
		if (encoded && to[-1] != '%')
			s += 2;
	}
	*to = '\0';
}

// The bytes of "http://" at the start; 0: the target has the origin form.
static size_t
scheme_len(const char *s)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strncasecmp(s, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}

bool
target_read(struct target *t, const char *sent)
{
	size_t len = strlen(sent), scheme = scheme_len(sent);

	target_free(t);
	t->store = malloc(len + 2); // one more NUL, after the host
	if (!t->store)
		return false;
	memcpy(t->store, sent, len + 1);
	t->len = len;
	t->bad = strstr(sent, "%00") || !grammar_is_target(sent);
	char *query = strchr(t->store, '?');
	if (query) {
		*query++ = '\0';
		decode_unreserved(query);
		t->query = query;
	}
	if (scheme) {
		size_t host = strcspn(t->store + scheme, "/");

		memmove(t->store, t->store + scheme, host); // over the scheme: the query may follow the host
		t->store[host] = '\0';
		t->host = t->store;
		t->bad = t->bad || !*t->host || !grammar_is_host(t->host);
		t->prefix = t->bad ? 0 : scheme + host; // the library may have decoded a bad host
	}
	return true;
}

void
target_free(struct target *t)
{
	free(t->store);
	*t = (struct target){0};
}
