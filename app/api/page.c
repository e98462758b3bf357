// Every page has a Content-Security-Policy: the browser runs only the scripts of this service and
// connects only to this service.

#include "api/page.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "api/auth.h"
#include "api/request.h"
#include "api/response.h"
#include "base/text.h"
#include "base/version.h"
#include "web/asset.h"

static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
			     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void
page_health(const struct site *s, const struct call *call, struct response *r)
{
	(void)s;
	(void)call;
	response_fixed(r, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

// The tag is a hash of the content, so that it is the same in every version that has the same
// content.
static void
answer_fixed(const struct call *call, const char *type, const char *data, size_t len, struct response *r)
{
	const char *known = call->request->if_none_match;
	uint64_t hash = 14695981039346656037u;
	char tag[24];

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)data[i]) * 1099511628211u;
	snprintf(tag, sizeof tag, "\"%016" PRIx64 "\"", hash);
	if (known && strstr(known, tag))
		response_empty(r, 304);
	else
		response_fixed(r, 200, type, data, len);
	r->cached = true;
	response_header(r, "ETag", tag);
}

static void
answer_asset(const char *name, const struct call *call, struct response *r)
{
	const struct asset *a = asset_find(name);

	if (!a) {
		response_problem(r, 404, "not-found", "This file does not exist.", call->request->id, NULL);
		return;
	}
	answer_fixed(call, a->type, a->data, (size_t)(a->end - a->data), r);
	if (strncmp(a->type, "text/html", 9) != 0)
		return;
	response_header(r, "Content-Security-Policy", policy);
	response_header(r, "Referrer-Policy", "no-referrer");
	response_header(r, "Vary", "Accept");
}

void
page_home(const struct site *s, const struct call *call, struct response *r)
{
	const char *accept = call->request->accept;
	struct text t = {0};

	if (accept && strstr(accept, "text/html")) {
		answer_asset("admin.html", call, r);
		return;
	}
	text_puts(&t, "{\"name\":\"crudd\",\"title\":");
	text_json(&t, s->title, strlen(s->title));
	text_printf(&t, ",\"version\":\"%s\",\"health\":\"/healthz\",\"openapi\":\"/openapi.json\",\"docs\":\"/docs\"}", CRUDD_VERSION);
	response_text(r, 200, "application/json", &t);
	response_header(r, "Vary", "Accept");
}

void
page_whoami(const struct site *s, const struct call *call, struct response *r)
{
	char name[CALLER_SIZE];
	bool write = !s->auth || auth_check(s->auth, call->request->authorization, true, name) == AUTH_FINE;
	struct text t = {0};

	text_puts(&t, "{\"name\":");
	if (s->auth)
		text_json(&t, call->caller, strlen(call->caller));
	else
		text_puts(&t, "null");
	text_printf(&t, ",\"role\":\"%s\"}", write ? "write" : "read");
	response_text(r, 200, "application/json", &t);
}

void
page_docs(const struct site *s, const struct call *call, struct response *r)
{
	(void)s;
	answer_asset("docs.html", call, r);
}

void
page_openapi(const struct site *s, const struct call *call, struct response *r)
{
	answer_fixed(call, "application/json", s->openapi.s, s->openapi.len, r);
}

void
page_asset(const struct site *s, const struct call *call, struct response *r)
{
	(void)s;
	answer_asset(call->request->path + strlen("/assets/"), call, r);
}
