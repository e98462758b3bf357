// Built once, at the start, as a tree of jansson's. Its constructors give NULL when memory runs out and accept it from each other, so that one
// look at the end is enough.

#include "api/openapi.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "model/entity.h"
#include "model/query.h"
#include "model/schema.h"
#include "base/version.h"

static const char problem[] = "#/components/schemas/Problem";

static void
add_response(json_t *responses, const char *status, const char *description, json_t *headers, const char *media, json_t *schema)
{
	json_t *r = json_pack("{s:s}", "description", description);

	if (headers)
		json_object_set_new(r, "headers", headers);
	if (schema)
		json_object_set_new(r, "content", json_pack("{s:{s:o}}", media, "schema", schema));
	json_object_set_new(responses, status, r);
}

static void
add_problem(json_t *responses, const char *status, const char *description, json_t *headers)
{
	add_response(responses, status, description, headers, "application/problem+json", json_pack("{s:s}", "$ref", problem));
}

static json_t *
header_of(const char *name, const char *type, const char *description)
{
	return json_pack("{s:{s:s, s:{s:s}}}", name, "description", description, "schema", "type", type);
}

static json_t *
parameter(const char *in, const char *name, bool required, const char *description, json_t *schema)
{
	return json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", name, "in", in, "required", required, "description", description, "schema",
		schema);
}

static void
add_filters(json_t *list, const struct route *route)
{
	for (size_t i = 0; i < route->entity->n; i++) {
		const struct column *c = &route->entity->columns[i];

		if (!(c->flags & FILTER) || c == route->by)
			continue;
		bool optional = !(c->flags & REQUIRED) && !c->def;
		json_t *schema = schema_of(c);
		if (optional)
			schema = json_pack("{s:[o, {s:s, s:i}]}", "anyOf", schema, "type", "string", "maxLength", 0);
		json_array_append_new(list, parameter("query", c->name, false,
			optional ? "Only rows that hold this value; empty: only rows that hold none." : "Only rows that hold this value.",
			schema));
		if (!column_has_range(c))
			continue;
		char name[80];
		snprintf(name, sizeof name, "%s_from", c->name);
		json_array_append_new(list, parameter("query", name, false, "Only rows that hold this value or a later one.", schema_of(c)));
		snprintf(name, sizeof name, "%s_to", c->name);
		json_array_append_new(list, parameter("query", name, false, "Only rows that hold this value or an earlier one.", schema_of(c)));
	}
}

static json_t *
sort_schema(const struct entity *e)
{
	json_t *words = json_pack("[s, s]", "id", "-id");

	for (size_t i = 0; i < e->n; i++)
		if (e->columns[i].flags & SORT) {
			json_array_append_new(words, json_string(e->columns[i].name));
			json_array_append_new(words, json_sprintf("-%s", e->columns[i].name));
		}
	return json_pack("{s:s, s:o, s:s}", "type", "string", "enum", words, "default", "id");
}

static void
add_list_parameters(json_t *list, const struct route *route)
{
	json_array_append_new(list, parameter("query", "limit", false, "Rows on a page.",
		json_pack("{s:s, s:i, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", QUERY_LIMIT_MAX, "default", QUERY_LIMIT)));
	json_array_append_new(list, parameter("query", "after", false,
		"Where the page begins: taken from the link to the next page, to be used with the same order.",
		json_pack("{s:s, s:s}", "type", "string", "pattern", "^[1-9][0-9]{0,17}(,[^\\u0000-\\u001f]+)?$")));
	json_array_append_new(list, parameter("query", "sort", false, "Order; a - before it reverses it.", sort_schema(route->entity)));
	json_array_append_new(list, parameter("query", "q", false, "Words that must all be found in the row, regardless of case; at most 4.",
		json_pack("{s:s, s:s, s:i}", "type", "string", "pattern", "^ *([^ \\u0000]+( +[^ \\u0000]+){0,3})? *$", "maxLength", SEARCH_MAX)));
	json_array_append_new(list, parameter("query", "count", false, "Tell in X-Total-Count how many rows there are on all pages.",
		json_pack("{s:s, s:b}", "type", "boolean", "default", 0)));
	add_filters(list, route);
}

static void
add_header_parameters(json_t *list, enum route_kind kind)
{
	if (kind == GET)
		json_array_append_new(list, parameter("header", "If-None-Match", false, "Answer 304 if the row still has this ETag.",
			json_pack("{s:s}", "type", "string")));
	if (kind == REPLACE || kind == PATCH || kind == REMOVE)
		json_array_append_new(list, parameter("header", "If-Match", false, "Only if the row still has this ETag.",
			json_pack("{s:s}", "type", "string")));
	if (kind == CREATE)
		json_array_append_new(list, parameter("header", "Idempotency-Key", false,
			"A request that is sent again with the same key within 24 hours is not carried out again, but gets the same answer.",
			json_pack("{s:s, s:s}", "type", "string", "pattern", "^[!-~]{1,255}$")));
}

static json_t *
body_of(const struct route *route)
{
	json_t *content = json_object();
	json_t *schema = schema_ref(route->entity, route->kind == PATCH ? "Patch" : "Input", route->by);

	if (route->kind == PATCH)
		json_object_set_new(content, "application/merge-patch+json", json_pack("{s:O}", "schema", schema));
	json_object_set_new(content, "application/json", json_pack("{s:o}", "schema", schema));
	return json_pack("{s:b, s:o}", "required", 1, "content", content);
}

static json_t *
row_headers(bool created)
{
	json_t *h = header_of("ETag", "string", "The version of the row, for If-Match and If-None-Match.");

	if (created) {
		json_object_update_new(h, header_of("Location", "string", "Where the new row is."));
		json_object_update_new(h, header_of("Idempotency-Replayed", "string", "true: this is the answer to the first such request."));
	}
	return h;
}

static void
add_fine_response(json_t *responses, const struct route *route)
{
	json_t *row = schema_ref(route->entity, NULL, NULL), *headers;

	switch (route->kind) {
	case LIST:
		headers = header_of("Link", "string", "Where the next page is; absent on the last one.");
		json_object_update_new(headers, header_of("X-Total-Count", "string", "Rows on all pages, if asked for."));
		add_response(responses, "200", "A page of rows.", headers, "application/json",
			json_pack("{s:s, s:O}", "type", "array", "items", row));
		break;
	case CREATE:
		add_response(responses, "201", "The new row.", row_headers(true), "application/json", json_incref(row));
		break;
	case REMOVE:
		add_response(responses, "204", "The row is gone.", NULL, NULL, NULL);
		break;
	default:
		add_response(responses, "200", "The row.", row_headers(false), "application/json", json_incref(row));
	}
	if (route->kind == GET)
		add_response(responses, "304", "The row has not changed.", row_headers(false), NULL, NULL);
	json_decref(row);
}

static json_t *
responses_of(const struct route *route)
{
	json_t *responses = json_object();
	enum route_kind kind = route->kind;
	bool body = kind == CREATE || kind == REPLACE || kind == PATCH;

	add_fine_response(responses, route);
	add_problem(responses, "400", "The request is malformed.", NULL);
	add_problem(responses, "401", "There is no token, or it is none of this service.",
		header_of("WWW-Authenticate", "string", "How to authenticate."));
	if (kind != LIST && kind != GET)
		add_problem(responses, "403", "The token may only read.", NULL);
	if (kind != LIST || route->by)
		add_problem(responses, "404", "There is no row with this id.", NULL);
	if (body || kind == REMOVE)
		add_problem(responses, "409", "A unique value is taken, or other rows refer to this one.", NULL);
	if (kind == REPLACE || kind == PATCH || kind == REMOVE)
		add_problem(responses, "412", "The row has changed since.", NULL);
	add_problem(responses, "413", "The body is larger than 65536 bytes.", NULL);
	if (body)
		add_problem(responses, "415", "The body is of another media type.", NULL);
	if (body || kind == LIST)
		add_problem(responses, "422", "Fields or parameters are not valid; all of them are told.", NULL);
	add_problem(responses, "429", "The caller asks too much in a second.",
		header_of("Retry-After", "string", "Seconds after which to try again."));
	add_problem(responses, "503", "The database does not answer, or there is too much to do.",
		header_of("Retry-After", "string", "Seconds after which to try again."));
	return responses;
}

static const char *
verb_of(enum route_kind kind)
{
	static const char *const verbs[] = {
		[LIST] = "list", [CREATE] = "create", [GET] = "get", [REPLACE] = "replace", [PATCH] = "patch", [REMOVE] = "delete"};

	return verbs[kind];
}

static json_t *
operation_of(const struct route *route)
{
	static const char *const summaries[] = {[LIST] = "List %s", [CREATE] = "Create a row of %s", [GET] = "Get a row of %s",
		[REPLACE] = "Replace a row of %s", [PATCH] = "Change fields of a row of %s", [REMOVE] = "Delete a row of %s"};
	const struct entity *e = route->entity;
	json_t *parameters = json_array();
	json_t *o = json_pack("{s:[s], s:o, s:o, s:o, s:o}", "tags", e->title, "operationId",
		route->by ? json_sprintf("%s_%s_of_%s", verb_of(route->kind), e->name, route->parent->one)
			  : json_sprintf("%s_%s", verb_of(route->kind), e->name),
		"summary", json_sprintf(summaries[route->kind], e->name), "parameters", parameters, "responses", responses_of(route));

	if (strstr(route->pattern, "{id}"))
		json_array_append_new(parameters, parameter("path", "id", true, "The id of the row.", schema_of(&column_id)));
	if (route->kind == LIST)
		add_list_parameters(parameters, route);
	add_header_parameters(parameters, route->kind);
	if (route->kind == CREATE || route->kind == REPLACE || route->kind == PATCH)
		json_object_set_new(o, "requestBody", body_of(route));
	return o;
}

static json_t *
paths_of(const struct routes *routes)
{
	json_t *paths = json_object();

	for (const struct route *r = routes->list; r < routes->list + routes->n; r++) {
		char method[16] = "";

		if (r->kind == PAGE || r->old)
			continue;
		if (!json_object_get(paths, r->pattern))
			json_object_set_new(paths, r->pattern, json_object());
		for (size_t i = 0; r->method[i] && i < sizeof method - 1; i++)
			method[i] = (char)(r->method[i] | 0x20);
		json_object_set_new(json_object_get(paths, r->pattern), method, operation_of(r));
	}
	json_object_set_new(paths, "/healthz",
		json_pack("{s:{s:s, s:s, s:[], s:{s:{s:s, s:{s:{s:{s:s}}}}}}}", "get", "operationId", "health", "summary",
			"Is the service alive?", "security", "responses", "200", "description", "It is, whatever the database does.", "content",
			"text/plain", "schema", "type", "string"));
	return paths;
}

bool
openapi_write(struct text *out, const struct routes *routes, const char *title)
{
	json_t *root = json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:[]}], s:o, s:{s:{s:{s:s, s:s}}, s:o}, s:o}", "openapi", "3.1.0", "info", "title",
		title, "version", CRUDD_VERSION, "description",
		"Rows are JSON objects. Dates are YYYY-MM-DD, times are UTC, decimals are strings. Errors are RFC 9457 problems.", "security",
		"token", "paths", paths_of(routes), "components", "securitySchemes", "token", "type", "http", "scheme", "bearer", "schemas",
		schema_all(), "x-crudd", schema_entities(title));
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	json_decref(root);
	if (text)
		text_puts(out, text);
	free(text);
	return text && !out->failed;
}
