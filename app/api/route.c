// In a pattern, {entity} is the name of each entity, {id} an id, and {child} the name of each
// entity that refers to the first one.

#include "api/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/page.h"
#include "api/resource.h"
#include "base/text.h"
#include "model/entity.h"

static const struct pattern {
	const char *method;
	const char *path;
	enum route_kind kind;
	bool open, legacy, body, repeatable, keyed;
	void (*page)(const struct site *s, const struct call *call, struct response *r);
	enum db_status (*run)(struct db *db, const struct call *call, struct response *r);
	enum db_status (*run_many)(
		struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone);
} patterns[] = {
	{"GET", "/healthz", ROUTE_PAGE, .open = true, .page = page_health},
	{"GET", "/", ROUTE_PAGE, .open = true, .page = page_home},
	{"GET", "/docs", ROUTE_PAGE, .open = true, .page = page_docs},
	{"GET", "/docs/", ROUTE_PAGE, .open = true, .legacy = true, .page = page_docs},
	{"GET", "/openapi.json", ROUTE_PAGE, .open = true, .page = page_openapi},
	{"GET", "/whoami", ROUTE_PAGE, .page = page_whoami},
	{"GET", "/assets/{name}", ROUTE_PAGE, .open = true, .page = page_asset},
	{"GET", "/{entity}", ROUTE_LIST, .repeatable = true, .run = resource_list},
	{"POST", "/{entity}", ROUTE_CREATE, .body = true, .keyed = true, .run = resource_create, .run_many = resource_create_many},
	{"GET", "/{entity}/{id}", ROUTE_GET, .repeatable = true, .run = resource_get, .run_many = resource_get_many},
	{"PUT", "/{entity}/{id}", ROUTE_REPLACE, .body = true, .run = resource_change, .run_many = resource_change_many},
	{"PATCH", "/{entity}/{id}", ROUTE_PATCH, .body = true, .run = resource_change, .run_many = resource_change_many},
	{"DELETE", "/{entity}/{id}", ROUTE_REMOVE, .run = resource_remove},
	{"GET", "/{entity}/{id}/{child}", ROUTE_LIST, .repeatable = true, .run = resource_list},
	{"POST", "/{entity}/{id}/{child}", ROUTE_CREATE, .body = true, .keyed = true, .run = resource_create, .run_many = resource_create_many},
	{"GET", "/{entity}/", ROUTE_LIST, .repeatable = true, .legacy = true, .run = resource_list},
	{"POST", "/{entity}/create", ROUTE_CREATE, .body = true, .keyed = true, .legacy = true, .run = resource_create, .run_many = resource_create_many},
	{"PUT", "/{entity}/update/{id}", ROUTE_PATCH, .body = true, .legacy = true, .run = resource_change, .run_many = resource_change_many},
	{"DELETE", "/{entity}/delete/{id}", ROUTE_REMOVE, .legacy = true, .run = resource_remove},
};

static bool
add_route(struct routes *r, const struct pattern *p, const struct entity *e, const struct entity *child, const struct column *by)
{
	struct route *list = realloc(r->list, (r->n + 1) * sizeof *list);
	struct text path = {0};

	if (!list)
		return false;
	r->list = list;
	for (const char *s = p->path; *s;) {
		const char *name = e && strncmp(s, "{entity}", 8) == 0 ? e->name : child && strncmp(s, "{child}", 7) == 0 ? child->name : NULL;

		if (name)
			text_puts(&path, name);
		else
			text_putc(&path, *s);
		s = name ? strchr(s, '}') + 1 : s + 1;
	}
	if (path.failed) {
		text_free(&path);
		return false;
	}
	list[r->n] = (struct route){.method = p->method, .pattern = path.s, .kind = p->kind, .open = p->open, .legacy = p->legacy,
		.body = p->body, .repeatable = p->repeatable, .keyed = p->keyed,
		.entity = child ? child : e, .by = by, .parent = child ? e : NULL, .page = p->page, .run = p->run, .run_many = p->run_many, .index = r->n};
	r->n++;
	return true;
}

static bool
add_children(struct routes *r, const struct pattern *p, const struct entity *e)
{
	bool ok = true;

	for (const struct entity *child = entities; child < entities + entities_n; child++)
		for (size_t i = 0; ok && i < child->n; i++) {
			const struct column *c = &child->columns[i];

			if (c->type == COLUMN_REFERENCE && strcmp(c->references, e->name) == 0) {
				ok = add_route(r, p, e, child, c);
				break; // of several such columns, only the first makes a route
			}
		}
	return ok;
}

bool
routes_init(struct routes *ret_routes)
{
	bool ok = true;

	*ret_routes = (struct routes){0};
	for (size_t i = 0; ok && i < sizeof patterns / sizeof *patterns; i++) {
		const struct pattern *p = &patterns[i];

		if (p->kind == ROUTE_PAGE) {
			ok = add_route(ret_routes, p, NULL, NULL, NULL);
			continue;
		}
		for (const struct entity *e = entities; ok && e < entities + entities_n; e++)
			ok = strstr(p->path, "{child}") ? add_children(ret_routes, p, e) : add_route(ret_routes, p, e, NULL, NULL);
	}
	return ok;
}

void
routes_free(struct routes *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->list[i].pattern);
	free(r->list);
	*r = (struct routes){0};
}

static int64_t
read_id(const char *s, size_t len)
{
	int64_t id = 0;

	if (len < 1 || len > 19 || *s == '0')
		return -1;
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9' || __builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, s[i] - '0', &id))
			return -1;
	return id;
}

static bool
matches(const char *pattern, const char *path, int64_t *ret_id)
{
	*ret_id = 0;
	for (; *pattern; pattern++) {
		if (*pattern != '{') {
			if (*path++ != *pattern)
				return false;
			continue;
		}
		size_t len = strcspn(path, "/");

		if (!len)
			return false;
		if (strncmp(pattern, "{id}", 4) == 0)
			*ret_id = read_id(path, len);
		path += len;
		pattern = strchr(pattern, '}');
	}
	return !*path;
}

static void
allow(const char *method, char out[ALLOW_SIZE])
{
	size_t used = strlen(out);

	if (!strstr(out, method))
		snprintf(out + used, ALLOW_SIZE - used, "%s%s%s", used ? ", " : "", method, strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

void
routes_find(const struct routes *r, const char *method, const char *path, struct route_match *ret_match)
{
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
	int64_t id;

	*ret_match = (struct route_match){0};
	for (const struct route *route = r->list; route < r->list + r->n; route++) {
		if (!matches(route->pattern, path, &id))
			continue;
		if (!ret_match->route)
			ret_match->any = route;
		if (!ret_match->route && strcmp(route->method, wanted) == 0) {
			ret_match->route = ret_match->any = route;
			ret_match->id = id;
		}
		allow(route->method, ret_match->allow);
	}
	if (ret_match->any)
		allow("OPTIONS", ret_match->allow);
}
