#include "server/grammar.h"

#include <string.h>

#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// Is it free of control characters, except for those given?
static bool
is_printable(const char *s, const char *except)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && !strchr(except, *s)) || *s == 0x7f)
			return false;
	return true;
}

bool
grammar_is_token(const char *s)
{
	return *s && !s[strspn(s, ALPHANUMERIC "!#$%&'*+-.^_`|~")];
}

bool
grammar_is_value(const char *s)
{
	return is_printable(s, "\t");
}

bool
grammar_is_target(const char *s)
{
	return is_printable(s, "") && !strchr(s, ' ');
}

bool
grammar_is_host(const char *s)
{
	s += strspn(s, ALPHANUMERIC "-._~!$&'()*+,;=:[]");
	return !s[strspn(s, " \t")];
}
