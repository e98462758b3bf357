// The routes that need no database: health, the descriptions, the caller, and the files of the
// pages.
#ifndef PAGE_H
#define PAGE_H

#include "base/text.h"

struct auth;
struct call;
struct response;

// What the pages need.
struct site {
	const char *title;
	struct auth *auth; // NULL: callers need no token; the service's
	struct text openapi; // the document, as JSON
};

void page_health(const struct site *s, const struct call *call, struct response *r);
// The admin page for a browser, a short description in JSON for any other client.
void page_home(const struct site *s, const struct call *call, struct response *r);
void page_docs(const struct site *s, const struct call *call, struct response *r);
// The name and role of the caller. Without tokens everyone may write, and the name is null.
void page_whoami(const struct site *s, const struct call *call, struct response *r);
void page_openapi(const struct site *s, const struct call *call, struct response *r);
void page_asset(const struct site *s, const struct call *call, struct response *r);

#endif
