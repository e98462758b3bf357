// Built once, at the start, as a jansson tree. Its constructors return NULL when memory runs out and
// accept NULL from each other, so one check at the end is enough.

#include "api/openapi.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "model/entity.h"
#include "model/query.h"
#include "model/schema.h"

// ---- responses

static void
add_response(json_t *responses, const char *status, const char *description, json_t *headers, json_t *content)
{
	json_t *r = json_pack("{s:s}", "description", description);

	if (headers)
		json_object_set_new(r, "headers", headers);
	if (content)
		json_object_set_new(r, "content", content);
	json_object_set_new(responses, status, r);
}

static json_t *
json_content(json_t *schema)
{
	return json_pack("{s:{s:o}}", "application/json", "schema", schema);
}

static json_t *
header_of(const char *name, const char *type, const char *description)
{
	return json_pack("{s:{s:s, s:{s:s}}}", name, "description", description, "schema", "type", type);
}

// The example of a problem, without its status.
static json_t *
example_of(const char *code, const char *title, const char *detail)
{
	return json_pack("{s:o, s:s, s:s}", "type", json_sprintf("urn:crudd:problem:%s", code), "title", title, "detail", detail);
}

static void
add_problem(json_t *responses, int status, const char *description, json_t *headers, json_t *example)
{
	char name[12];

	snprintf(name, sizeof name, "%d", status);
	json_object_set_new(example, "status", json_integer(status));
	json_object_set_new(example, "request_id", json_string("5f1c09a27be34d68"));
	add_response(responses, name, description, headers,
		json_pack("{s:{s:{s:s}, s:o}}", "application/problem+json", "schema", "$ref", "#/components/schemas/Problem", "example",
			example));
}

static json_t *
retry_header(void)
{
	return header_of("Retry-After", "string", "Seconds to wait before a retry.");
}

static json_t *
with_error(json_t *example, const char *field, const char *code, const char *detail)
{
	json_object_set_new(example, "errors", json_pack("[{s:s, s:s, s:s}]", "field", field, "code", code, "detail", detail));
	return example;
}

static void
add_malformed(json_t *responses)
{
	add_problem(responses, 400, "The request is malformed.", NULL,
		example_of("bad-request", "Bad request", "The path or the query contains an encoded NUL."));
}

// The problems of every path that needs a token.
static void
add_common_problems(json_t *responses)
{
	add_malformed(responses);
	add_problem(responses, 401, "Missing or invalid token.", header_of("WWW-Authenticate", "string", "How to authenticate."),
		example_of("unauthorized", "Unauthorized", "Send a token of this service in the header 'Authorization: Bearer TOKEN'."));
	add_problem(responses, 413, "The body is larger than 65536 bytes.", NULL,
		example_of("too-large", "Content too large", "The body is larger than 65536 bytes."));
	add_problem(responses, 429, "Too many requests in one second, or too many idempotency keys in one day.", retry_header(),
		example_of("too-many-requests", "Too many requests", "Rate limit exceeded. Try again later."));
	add_problem(responses, 503, "The database does not answer, or the service is overloaded.",
		retry_header(),
		example_of("unavailable", "Service unavailable", "The database did not answer in time. Try again later."));
}

static void
add_conflict(json_t *responses, const struct route *route)
{
	static const char description[] = "A unique value is in use, other rows refer to this one, or the first request with this "
					  "Idempotency-Key is still running.";
	const struct entity *e = route->entity;
	const struct column *unique = NULL;

	for (size_t i = e->n; i-- > 0;)
		if (e->columns[i].flags & UNIQUE)
			unique = &e->columns[i];
	json_t *example = NULL;
	if (route->kind == ROUTE_REMOVE) {
		example = example_of("referenced", "Conflict", "Other rows refer to this one: delete these first.");
	} else if (unique) {
		example = with_error(example_of("duplicate", "Conflict", "Another row already has this value."), unique->name, "duplicate",
			"is taken already");
		json_object_set_new(example, "conflict", json_sprintf("/%s/17", e->name));
	} else {
		example = example_of("idempotency-in-progress", "Conflict", "Another request with this Idempotency-Key is in progress.");
	}
	add_problem(responses, 409, description, NULL, example);
}

static void
add_gone(json_t *responses)
{
	add_problem(responses, 410, "The first request with this Idempotency-Key created a row that has been deleted since.", NULL,
		example_of("deleted", "Gone", "The row that this request created has been deleted since."));
}

static json_t *
row_headers(bool created)
{
	json_t *h = header_of("ETag", "string", "The version of the row, for If-Match and If-None-Match.");

	if (created) {
		json_object_update_new(h, header_of("Location", "string", "The path of the new row."));
		json_object_update_new(h, header_of("Idempotency-Replayed", "string", "true: repeats the answer to an earlier request."));
	}
	return h;
}

static void
add_success(json_t *responses, const struct route *route)
{
	json_t *row = schema_ref(route->entity, NULL, NULL), *headers;

	switch (route->kind) {
	case ROUTE_LIST:
		headers = header_of("Link", "string", "The address of the next page; absent on the last page.");
		json_object_update_new(
			headers, header_of("X-Next-After", "string", "The value of `after` for the next page, percent-encoded; absent on the last page."));
		json_object_update_new(headers, header_of("X-Total-Count", "string", "The number of rows on all pages, if requested."));
		add_response(responses, "200", "A page of rows.", headers,
			json_content(json_pack("{s:s, s:O}", "type", "array", "items", row)));
		break;
	case ROUTE_CREATE:
		add_response(responses, "201", "The new row.", row_headers(true), json_content(json_incref(row)));
		break;
	case ROUTE_REMOVE:
		add_response(responses, "204", "The row is deleted.", NULL, NULL);
		break;
	default:
		add_response(responses, "200", "The row.", row_headers(false), json_content(json_incref(row)));
	}
	if (route->kind == ROUTE_GET)
		add_response(responses, "304", "The row has not changed.", row_headers(false), NULL);
	json_decref(row);
}

static json_t *
responses_of(const struct route *route)
{
	json_t *responses = json_object();
	enum route_kind kind = route->kind;
	bool body = route->body;

	add_success(responses, route);
	add_common_problems(responses);
	if (kind != ROUTE_LIST && kind != ROUTE_GET)
		add_problem(responses, 403, "The token is read-only.", NULL, example_of("forbidden", "Forbidden", "This token may only read."));
	if (kind != ROUTE_LIST || route->by)
		add_problem(responses, 404, "There is no row with this id.", NULL,
			example_of("not-found", "Not found", "There is no row with this id."));
	if (body || kind == ROUTE_REMOVE)
		add_conflict(responses, route);
	if (route->kind == ROUTE_CREATE)
		add_gone(responses);
	if (kind == ROUTE_REPLACE || kind == ROUTE_PATCH || kind == ROUTE_REMOVE)
		add_problem(responses, 412, "The row has changed since it was read.", NULL,
			example_of("changed", "Precondition failed", "The row has changed since it was read. Read it again, then decide."));
	if (body)
		add_problem(responses, 415, "The media type of the body is not supported.", NULL,
			example_of("unsupported-media-type", "Unsupported media type", "Content-Type must be application/json."));
	if (body || kind == ROUTE_LIST)
		add_problem(responses, 422, "Fields or parameters are not valid; `errors` lists all of them.", NULL,
			with_error(example_of("invalid", "Unprocessable content", "One field is not valid."),
				body ? route->entity->columns[0].name : "limit", body ? "required" : "invalid",
				body ? "is missing" : "must be a number from 1 to 200"));
	return responses;
}

// ---- parameters

static json_t *
parameter(const char *in, const char *name, bool required, const char *description, json_t *schema)
{
	return json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", name, "in", in, "required", required, "description", description, "schema",
		schema);
}

static void
add_range(json_t *list, const struct column *c, const char *end, const char *description)
{
	char name[80];

	snprintf(name, sizeof name, "%s_%s", c->name, end);
	json_array_append_new(list, parameter("query", name, false, description, schema_of(c)));
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
			optional ? "Only rows with this value; empty: only rows without a value." : "Only rows with this value.", schema));
		if (!column_has_range(c))
			continue;
		add_range(list, c, "from", "Only rows with this value or a later one.");
		add_range(list, c, "to", "Only rows with this value or an earlier one.");
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
	json_array_append_new(list, parameter("query", "limit", false, "Rows per page.",
		json_pack("{s:s, s:i, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", QUERY_LIMIT_MAX, "default", QUERY_LIMIT)));
	json_array_append_new(list, parameter("query", "after", false,
		"Start of the page: take it from the link to the next page, and keep the same order.",
		schema_text("^[1-9][0-9]{0,17}(,[^\\u0000-\\u001f]+)?$", 0, "text from the Link header")));
	json_array_append_new(list, parameter("query", "sort", false, "Order of the rows; a leading - reverses it.", sort_schema(route->entity)));
	json_array_append_new(list, parameter("query", "q", false, "Words to search for. A row must contain all of them; case is ignored.",
		schema_text("^ *([^ \\u0000]+( +[^ \\u0000]+){0,3})? *$", SEARCH_MAX, "up to 4 words")));
	json_array_append_new(list, parameter("query", "count", false, "Return the number of rows on all pages in X-Total-Count.",
		json_pack("{s:s, s:b}", "type", "boolean", "default", 0)));
	add_filters(list, route);
}

// What etag_is_list accepts.
static const char tags_pattern[] = "^[ \\t]*\\*[ \\t]*$|^[ \\t,]*(W/)?\"[^\"]*\"([ \\t]*,[ \\t,]*(W/)?\"[^\"]*\")*[ \\t,]*$";

static void
add_header_parameters(json_t *list, enum route_kind kind)
{
	if (kind == ROUTE_GET)
		json_array_append_new(list, parameter("header", "If-None-Match", false, "Return 304 if the row still has this ETag.",
			json_pack("{s:s}", "type", "string")));
	if (kind == ROUTE_REPLACE || kind == ROUTE_PATCH || kind == ROUTE_REMOVE)
		json_array_append_new(list, parameter("header", "If-Match", false, "Fail with 412 unless the row still has this ETag.",
			schema_text(tags_pattern, 0, "quoted ETags, or an asterisk")));
	if (kind == ROUTE_CREATE)
		json_array_append_new(list, parameter("header", "Idempotency-Key", false,
			"A retry with the same key within 24 hours creates no second row and gets the same answer.",
			schema_text("^[!-~]{1,255}$", 0, "1 to 255 visible ASCII characters")));
}

static json_t *
body_of(const struct route *route)
{
	json_t *content = json_object();
	json_t *schema = schema_ref(route->entity, route->kind == ROUTE_PATCH ? "Patch" : "Input", route->by);

	if (route->kind == ROUTE_PATCH)
		json_object_set_new(content, "application/merge-patch+json", json_pack("{s:O}", "schema", schema));
	json_object_set_new(content, "application/json", json_pack("{s:o}", "schema", schema));
	return json_pack("{s:b, s:o}", "required", 1, "content", content);
}

// ---- operations

static json_t *
operation_id(const struct route *route)
{
	static const char *const verbs[] = {
		[ROUTE_LIST] = "list", [ROUTE_CREATE] = "create", [ROUTE_GET] = "get", [ROUTE_REPLACE] = "replace", [ROUTE_PATCH] = "patch", [ROUTE_REMOVE] = "delete"};
	const char *verb = verbs[route->kind], *name = route->entity->name;

	return route->by ? json_sprintf("%s_%s_of_%s", verb, name, route->parent->one) : json_sprintf("%s_%s", verb, name);
}

static const char *
article(const char *noun)
{
	return strchr("aeiou", *noun) ? "an" : "a";
}

// "List members", "Create a member", "List the subscriptions of a member"
static json_t *
summary_of(const struct route *route)
{
	static const char *const verbs[] = {
		[ROUTE_CREATE] = "Create", [ROUTE_GET] = "Get", [ROUTE_REPLACE] = "Replace", [ROUTE_PATCH] = "Change fields of", [ROUTE_REMOVE] = "Delete"};
	const struct entity *e = route->entity, *parent = route->parent;

	if (route->kind == ROUTE_LIST && parent)
		return json_sprintf("List the %s of %s %s", e->name, article(parent->one), parent->one);
	if (route->kind == ROUTE_LIST)
		return json_sprintf("List %s", e->name);
	if (parent)
		return json_sprintf("%s %s %s of %s %s", verbs[route->kind], article(e->one), e->one, article(parent->one), parent->one);
	return json_sprintf("%s %s %s", verbs[route->kind], article(e->one), e->one);
}

static json_t *
operation_of(const struct route *route)
{
	json_t *parameters = json_array();
	json_t *o = json_pack("{s:[s], s:o, s:o, s:o, s:o}", "tags", route->entity->title, "operationId", operation_id(route), "summary",
		summary_of(route), "parameters", parameters, "responses", responses_of(route));

	if (strstr(route->pattern, "{id}"))
		json_array_append_new(parameters, parameter("path", "id", true, "The id of the row.", schema_of(&column_id)));
	if (route->kind == ROUTE_LIST)
		add_list_parameters(parameters, route);
	add_header_parameters(parameters, route->kind);
	if (route->body)
		json_object_set_new(o, "requestBody", body_of(route));
	return o;
}

static json_t *
health_operation(void)
{
	json_t *responses = json_object();

	add_response(responses, "200", "The service is running, even if the database does not answer.", NULL,
		json_pack("{s:{s:{s:s}, s:s}}", "text/plain", "schema", "type", "string", "example", "ok\n"));
	add_malformed(responses);
	return json_pack("{s:{s:s, s:s, s:[], s:o}}", "get", "operationId", "health", "summary", "Check that the service is running",
		"security", "responses", responses);
}

static json_t *
whoami_operation(void)
{
	json_t *responses = json_object();
	json_t *schema = json_pack("{s:s, s:{s:{s:[s, s], s:s}, s:{s:s, s:[s, s], s:s}}, s:[s, s], s:b}", "type", "object", "properties",
		"name", "type", "string", "null", "description", "The name of the token; null if the service needs no token.", "role", "type",
		"string", "enum", "read", "write", "description", "What the caller may do.", "required", "name", "role",
		"additionalProperties", 0);

	add_response(responses, "200", "The caller.", NULL, json_content(schema));
	add_common_problems(responses);
	return json_pack("{s:{s:s, s:s, s:o}}", "get", "operationId", "whoami", "summary", "Get your name and role", "responses", responses);
}

static json_t *
paths_of(const struct routes *routes)
{
	json_t *paths = json_object();

	for (const struct route *r = routes->list; r < routes->list + routes->n; r++) {
		char method[16] = "";

		if (r->kind == ROUTE_PAGE || r->legacy)
			continue;
		if (!json_object_get(paths, r->pattern))
			json_object_set_new(paths, r->pattern, json_object());
		for (size_t i = 0; r->method[i] && i < sizeof method - 1; i++)
			method[i] = (char)(r->method[i] | 0x20);
		json_object_set_new(json_object_get(paths, r->pattern), method, operation_of(r));
	}
	json_object_set_new(paths, "/whoami", whoami_operation());
	json_object_set_new(paths, "/healthz", health_operation());
	return paths;
}

// ---- document

static json_t *
info_of(const char *title)
{
	return json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "title", title, "version", CRUDD_VERSION, "description",
		"Rows are JSON objects. Dates are YYYY-MM-DD, times are UTC, decimals are strings. Errors are RFC 9457 problems.",
		"license", "name", "MIT", "identifier", "MIT");
}

static json_t *
components_of(void)
{
	return json_pack("{s:{s:{s:s, s:s}}, s:o}", "securitySchemes", "token", "type", "http", "scheme", "bearer", "schemas", schema_all());
}

bool
openapi_write(struct text *out, const struct routes *routes, const char *title)
{
	json_t *root = json_pack("{s:s, s:o, s:[{s:s}], s:[{s:[]}], s:o, s:o, s:o}", "openapi", "3.1.0", "info", info_of(title), "servers",
		"url", "/", "security", "token", "paths", paths_of(routes), "components", components_of(), "x-crudd", schema_entities(title));
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	json_decref(root);
	if (text)
		text_puts(out, text);
	free(text);
	return text && !out->failed;
}
