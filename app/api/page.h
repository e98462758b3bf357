// The routes that need no database: health, descriptions, the caller, and the files of the pages, which
// are part of the program.
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct call;
struct response;
struct service;

void page_health(const struct service *s, const struct call *call, struct response *r);
// The admin page for a browser, a short description in JSON for anything else.
void page_home(const struct service *s, const struct call *call, struct response *r);
void page_docs(const struct service *s, const struct call *call, struct response *r);
// The name and role of the caller. Without tokens everyone may write, and the name is null.
void page_whoami(const struct service *s, const struct call *call, struct response *r);
void page_openapi(const struct service *s, const struct call *call, struct response *r);
void page_asset(const struct service *s, const struct call *call, struct response *r);

struct asset {
	const char *name;
	const char *type; // media type
	const char *data;
	const char *end;
};

// NULL if there is none of this name.
const struct asset *asset_find(const char *name);

#endif
