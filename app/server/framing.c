// The text of each refusal is the detail of the problem that the client gets.
//
// libmicrohttpd 0.9.75 hides a part of the head: it ends a value at a NUL, accepts a bare line
// feed, and appends a folded line to the header's name. But it parses the head where it was
// received, and writes NULs over line ends and colons. So the strings that it passes must lie one
// after the other, with two bytes between the end of a line and the next one.

#include "server/framing.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/grammar.h"
#include "server/target.h"

// The next line begins two bytes after the end of this string.
static void
end_line(struct framing *f, const char *last, size_t len)
{
	f->next = last + len + 2;
}

void
framing_begin(struct framing *f, const char *method, const struct target *target, const char *version)
{
	*f = (struct framing){.method = method, .target = target, .version = version};
	f->gap = (uintptr_t)version != (uintptr_t)method + strlen(method) + 1 + target->len + 1;
	end_line(f, version, strlen(version));
}

// Does the value follow its name, after a colon and blanks?
static bool
follows(const char *name, const char *value)
{
	const char *colon = name + strlen(name);

	if ((uintptr_t)value <= (uintptr_t)colon)
		return false;
	for (const char *c = colon + 1; c < value; c++)
		if (*c != ' ' && *c != '\t')
			return false;
	return true;
}

void
framing_see(struct framing *f, const char *name, const char *value)
{
	if (!value)
		value = "";
	f->bad_field = f->bad_field || !grammar_is_token(name) || !grammar_is_value(value);
	f->gap = f->gap || (uintptr_t)name != (uintptr_t)f->next || !follows(name, value);
	end_line(f, value, strlen(value));
	if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
		f->host = value;
	} else if (strcasecmp(name, "Content-Length") == 0) {
		f->lengths++;
		f->length = value;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->codings++;
		f->coding = value;
	}
}

void
framing_measure(struct framing *f, size_t size)
{
	// an empty line ends the head
	f->hidden = f->gap || (uintptr_t)f->next + 2 != (uintptr_t)f->method + size;
}

bool
framing_has_body(const struct framing *f)
{
	return framing_body_max(f) > 0;
}

size_t
framing_body_max(const struct framing *f)
{
	return f->codings ? BODY_MAX : f->length ? strtoul(f->length, NULL, 10) : 0;
}

static const char *
line_fault(const struct framing *f)
{
	if (!grammar_is_token(f->method) || f->target->bad)
		return "The request line is malformed, or contains an encoded NUL.";
	if (f->bad_field)
		return "The name or the value of a header contains a character that HTTP does not allow.";
	if (f->hidden)
		return "The request contains a NUL, a folded header, a line that ends in a bare line feed, or too many blanks.";
	if (f->hosts > 1 || (f->hosts == 0 && strcmp(f->version, "HTTP/1.0") != 0))
		return "A request must have exactly one Host header.";
	if (f->host && !grammar_is_host(f->host))
		return "The Host header is malformed.";
	return NULL;
}

static const char *
length_fault(const struct framing *f)
{
	if (f->lengths > 1 || f->codings > 1 || (f->lengths && f->codings))
		return "The request states the length of its body more than once.";
	if (f->codings && strcasecmp(f->coding, "chunked") != 0)
		return "The only supported Transfer-Encoding is chunked.";
	if (f->codings && strcmp(f->version, "HTTP/1.0") == 0)
		return "HTTP/1.0 has no Transfer-Encoding.";
	if (f->lengths && (!*f->length || f->length[strspn(f->length, "0123456789")]))
		return "Content-Length is not a number.";
	return NULL;
}

const char *
framing_fault(const struct framing *f, int *ret_status)
{
	const char *fault = line_fault(f);

	*ret_status = 400;
	if (!fault)
		fault = length_fault(f);
	if (fault || !f->lengths)
		return fault;
	const char *digits = f->length + strspn(f->length, "0");
	*ret_status = 413;
	return strlen(digits) > 9 || strtoul(digits, NULL, 10) > BODY_MAX ? "The body is larger than 65536 bytes." : NULL;
}
