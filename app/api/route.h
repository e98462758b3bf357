// Method and path -> the function that serves them. One table of patterns, expanded over the
// entities when the service starts. The log, the metrics and the OpenAPI document use the same
// routes.
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct call;
struct column;
struct entity;
struct response;
struct site;

enum route_kind { ROUTE_PAGE, ROUTE_LIST, ROUTE_CREATE, ROUTE_GET, ROUTE_REPLACE, ROUTE_PATCH, ROUTE_REMOVE };

struct route {
	const char *method;
	char *pattern; // "/members/{id}": for the log too
	enum route_kind kind;
	bool open;	 // needs no token
	bool legacy;	 // of the service that this one replaces: not in the document
	bool body;	 // takes a JSON body
	bool repeatable; // executing it twice has the same effect as once
	bool keyed;	 // repeatable if the request has an Idempotency-Key
	const struct entity *entity; // whose rows it serves; NULL: a page
	const struct column *by;     // only rows whose column `by` contains the id in the path; NULL: all
	const struct entity *parent; // the entity that `by` refers to
	void (*page)(const struct site *s, const struct call *call, struct response *r);
	enum db_status (*run)(struct db *db, const struct call *call, struct response *r);
	// Serves several calls with one statement; NULL: serves one at a time.
	enum db_status (*run_many)(
		struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone);
	size_t index; // 0, 1, ...
};

struct routes {
	struct route *list;
	size_t n;
};

// False if memory ran out; routes_free either way.
bool routes_init(struct routes *ret_routes);
void routes_free(struct routes *r);

enum { ALLOW_SIZE = 64 };

struct route_match {
	const struct route *route; // for this method (HEAD is GET) and path; NULL: none
	const struct route *any;   // for this path and any method; NULL: no such path
	int64_t id;		   // in the path; 0: the path has none, -1: not a valid id
	char allow[ALLOW_SIZE];	   // the methods of this path
};

void routes_find(const struct routes *r, const char *method, const char *path, struct route_match *ret_match);

#endif
