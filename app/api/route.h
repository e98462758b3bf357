// Method and path -> what answers them. One table of patterns, opened out over the entities when the service starts; the log, the metrics and
// the OpenAPI document know the very same routes.
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
struct service;

enum route_kind { PAGE, LIST, CREATE, GET, REPLACE, PATCH, REMOVE };

struct route {
	const char *method;
	char *pattern; // "/members/{id}": for the log too
	enum route_kind kind;
	bool open;		    // needs no token
	bool old;		    // of the service that this one replaces: not in the document
	const struct entity *entity; // whose rows; NULL: a page
	const struct column *by;     // rows of entity whose column `by` holds the id in the path; NULL: all
	const struct entity *parent; // what `by` refers to
	void (*page)(const struct service *s, const struct call *call, struct response *r);
	enum db_status (*run)(struct db *db, const struct call *call, struct response *r);
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
	const struct route *route; // for this method (HEAD is GET) and path; NULL: there is none
	const struct route *any;   // for this path, whatever the method; NULL: there is nothing at this path
	int64_t id;		   // in the path; 0: it has none, -1: what stands there cannot be one
	char allow[ALLOW_SIZE];	   // the methods of this path
};

void routes_find(const struct routes *r, const char *method, const char *path, struct route_match *ret_match);

#endif
