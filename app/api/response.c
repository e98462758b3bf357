// Each function replaces the earlier content of the response. If memory runs out, the status is 0;
// the server then sends a response that it made in advance.

#include "api/response.h"

#include <stdlib.h>
#include <string.h>

#include "model/problems.h"

// The values of the headers belong to the list; gcc's analyzer does not see that.
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

void
response_empty(struct response *r, int status)
{
	response_free(r);
	r->status = status;
}

void
response_text(struct response *r, int status, const char *type, struct text *body)
{
	response_free(r);
	if (body->failed) {
		text_free(body);
		return;
	}
	*r = (struct response){.status = status, .type = type, .body = body->s, .len = body->len};
	*body = (struct text){0};
}

void
response_fixed(struct response *r, int status, const char *type, const char *body, size_t len)
{
	response_free(r);
	*r = (struct response){.status = status, .type = type, .body = (char *)body, .len = len, .fixed = true};
}

void
response_header(struct response *r, const char *name, const char *value)
{
	char *copy = r->status ? strdup(value) : NULL;
	struct header *list = copy ? realloc(r->headers, (r->headers_n + 1) * sizeof *list) : NULL;

	if (!list) {
		free(copy);
		response_free(r);
		return;
	}
	r->headers = list;
	list[r->headers_n++] = (struct header){name, copy};
}

static const char *
title_of(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {{400, "Bad request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not found"}, {405, "Method not allowed"},
		{409, "Conflict"}, {410, "Gone"}, {412, "Precondition failed"}, {413, "Content too large"}, {415, "Unsupported media type"},
		{421, "Misdirected request"},
		{422, "Unprocessable content"}, {429, "Too many requests"}, {500, "Internal error"}, {503, "Service unavailable"}};

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

void
response_problem(struct response *r, int status, const char *code, const char *detail, const char *id, const struct problems *problems)
{
	struct text t = {0};

	text_printf(&t, "{\"type\":\"urn:crudd:problem:%s\",\"title\":\"%s\",\"status\":%d,\"detail\":", code, title_of(status), status);
	text_json(&t, detail, strlen(detail));
	text_puts(&t, ",\"request_id\":");
	text_json(&t, id, strlen(id));
	if (problems && problems->n) {
		t.failed = t.failed || problems->json.failed;
		text_puts(&t, ",\"errors\":[");
		if (!t.failed)
			text_add(&t, problems->json.s, problems->json.len);
		text_putc(&t, ']');
	}
	if (problems && problems->conflict.len) {
		t.failed = t.failed || problems->conflict.failed;
		text_puts(&t, ",\"conflict\":");
		text_json(&t, problems->conflict.s, problems->conflict.len);
	}
	text_putc(&t, '}');
	response_text(r, status, "application/problem+json", &t);
	if (status == 503 || status == 429 || (status == 409 && strcmp(code, "idempotency-in-progress") == 0))
		response_header(r, "Retry-After", "1");
}

void
response_free(struct response *r)
{
	if (!r->fixed)
		free(r->body);
	for (size_t i = 0; i < r->headers_n; i++)
		free(r->headers[i].value);
	free(r->headers);
	*r = (struct response){0};
}
