// The text of each refusal is the detail of the problem that the client gets.

#include "server/framing.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
framing_see(struct framing *f, const char *name, const char *value)
{
	if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
	} else if (strcasecmp(name, "Content-Length") == 0) {
		f->lengths++;
		f->length = value;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->codings++;
		f->coding = value;
	}
}

bool
framing_has_body(const struct framing *f)
{
	return f->codings || (f->length && strtoul(f->length, NULL, 10) > 0);
}

const char *
framing_fault(const struct framing *f, const char *version, bool bad_path, int *ret_status)
{
	*ret_status = 400;
	if (bad_path)
		return "The path or the query contains an encoded NUL.";
	if (f->hosts > 1 || (f->hosts == 0 && strcmp(version, "HTTP/1.0") != 0))
		return "A request must have exactly one Host header.";
	if (f->lengths > 1 || f->codings > 1 || (f->lengths && f->codings))
		return "The request states the length of its body more than once.";
	if (f->codings && (!f->coding || strcasecmp(f->coding, "chunked") != 0))
		return "The only supported Transfer-Encoding is chunked.";
	if (f->lengths && (!f->length || strspn(f->length, "0123456789") != strlen(f->length)))
		return "Content-Length is not a number.";
	*ret_status = 413;
	if (f->lengths && (strlen(f->length) > 9 || strtoul(f->length, NULL, 10) > BODY_MAX))
		return "The body is larger than 65536 bytes.";
	return NULL;
}
