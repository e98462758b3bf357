// The handlers on a stand-in for the database: what each of its failures becomes, and that no
// transaction stays open. The functions of db.h are defined here; each takes the next step of a
// script and checks the statement.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/db.h"
#include "api/idempotency.h"
#include "api/request.h"
#include "api/resource.h"
#include "api/response.h"
#include "api/service.h"
#include "base/text.h"
#include "db/value.h"

// One result of the stand-in, in order.
struct step {
	const char *begins; // how the statement must begin
	enum db_status status;
	const char *culprit;
	struct db_outcome outcome;
	int rows; // of plans
	int64_t version;
};

static const struct step *script;

static enum db_status
next(const char *sql)
{
	assert_non_null(script->begins);
	assert_memory_equal(sql, script->begins, strlen(script->begins));
	return script->status;
}

enum db_status
db_execute(struct db *db, const char *sql, const struct value *params, size_t n, struct db_outcome *ret_outcome)
{
	enum db_status status = next(sql);

	(void)db;
	(void)params;
	(void)n;
	if (ret_outcome)
		*ret_outcome = script->outcome;
	script++;
	return status;
}

enum db_status
db_select(struct db *db, const char *sql, const struct value *params, size_t n,
	void (*row)(void *context, const struct value *values), void *context)
{
	static const char time[] = "2026-01-02T03:04:05.678Z";
	enum db_status status = next(sql);
	struct value values[] = {{.kind = VALUE_INT, .number = 7}, {.kind = VALUE_TEXT, .text = "Day \"1\"", .len = 7},
		{.kind = VALUE_TEXT, .text = "day", .len = 3}, {.kind = VALUE_TEXT, .text = "5.00", .len = 4},
		{.kind = VALUE_TEXT, .text = time, .len = 24}, {.kind = VALUE_TEXT, .text = time, .len = 24},
		{.kind = VALUE_INT, .number = script->version}};

	(void)db;
	(void)params;
	(void)n;
	for (int i = 0; i < script->rows; i++, values[0].number++)
		row(context, values);
	script++;
	return status;
}

enum db_status
db_select_number(struct db *db, const char *sql, const struct value *params, size_t n, int64_t *ret_number)
{
	*ret_number = 0;
	return db_select(db, sql, params, n, NULL, NULL);
}

enum db_status
db_command(struct db *db, const char *sql)
{
	enum db_status status = next(sql);

	(void)db;
	script++;
	return status;
}

const char *
db_culprit(const struct db *db)
{
	(void)db;
	return script[-1].culprit ? script[-1].culprit : "";
}

const char *
db_error(const struct db *db)
{
	(void)db;
	return "";
}

void
db_roll_back(struct db *db)
{
	assert_int_equal(db_command(db, "ROLLBACK"), DB_OK);
}

#define BODY "{\"name\":\"Day\",\"type\":\"day\",\"price\":\"5\"}"
#define ROW "{\"id\":7,\"name\":\"Day \\\"1\\\"\",\"type\":\"day\",\"price\":\"5.00\",\"created_at\":\"2026-01-02T03:04:05.678Z\",\"updated_at\":"

// A request, the results of the database, and the response.
static const struct scenario {
	const char *name;
	struct request request;
	struct step script[10];
	enum db_status status; // DB_OK unless the handler could not answer
	int want;
	const char *body; // part of it
	const char *header;
} scenarios[] = {
	{.name = "get", .request = {.method = "GET", .path = "/plans/7"}, .script = {{.begins = "SELECT", .rows = 1, .version = 3}}, .want = 200,
		.body = ROW "\"2026-01-02T03:04:05.678Z\"}", .header = "ETag: \"3\""},
	{.name = "not modified", .request = {.method = "GET", .path = "/plans/7", .if_none_match = "\"1\", W/\"3\""}, .script = {{.begins = "SELECT", .rows = 1, .version = 3}},
		.want = 304, .header = "ETag: \"3\""},
	{.name = "modified", .request = {.method = "GET", .path = "/plans/7", .if_none_match = "\"33\""}, .script = {{.begins = "SELECT", .rows = 1, .version = 3}}, .want = 200},
	{.name = "absent", .request = {.method = "GET", .path = "/plans/7"}, .script = {{.begins = "SELECT"}}, .want = 404, .body = "There is no plan with the id 7."},
	{.name = "lost", .request = {.method = "GET", .path = "/plans/7"}, .script = {{.begins = "SELECT", .status = DB_LOST}}, .status = DB_LOST},
	{.name = "list", .request = {.method = "GET", .path = "/plans", .query = "limit=2&count=true"}, .script = {{.begins = "SELECT `id`", .rows = 3}, {.begins = "SELECT COUNT", .rows = 1}},
		.want = 200, .header = "Link: </plans?limit=2&count=true&after=8>; rel=\"next\""},
	{.name = "last page", .request = {.method = "GET", .path = "/plans", .query = "limit=3"}, .script = {{.begins = "SELECT", .rows = 3}}, .want = 200},
	{.name = "sorted", .request = {.method = "GET", .path = "/plans", .query = "sort=name&limit=1"}, .script = {{.begins = "SELECT", .rows = 2}}, .want = 200,
		.header = "Link: </plans?sort=name&limit=1&after=7%2CDay%20%221%22>; rel=\"next\""},
	{.name = "next cursor", .request = {.method = "GET", .path = "/plans", .query = "sort=name&limit=1"}, .script = {{.begins = "SELECT", .rows = 2}}, .want = 200,
		.header = "X-Next-After: 7%2CDay%20%221%22"},
	{.name = "odd characters in the query", .request = {.method = "GET", .path = "/plans", .query = "limit=1&q=a>b\"\xc3\xa9%20"}, .script = {{.begins = "SELECT", .rows = 2}}, .want = 200,
		.header = "Link: </plans?limit=1&q=a%3Eb%22%C3%A9%20&after=7>; rel=\"next\""},
	{.name = "bad query", .request = {.method = "GET", .path = "/plans", .query = "limit=x&y=1"}, .script = {{0}}, .want = 422, .body = "Several fields"},
	{.name = "parent without children", .request = {.method = "GET", .path = "/plans/7/subscriptions"}, .script = {{.begins = "SELECT"}, {.begins = "SELECT", .rows = 1}}, .want = 200, .body = "[]"},
	{.name = "no parent", .request = {.method = "GET", .path = "/plans/7/subscriptions"}, .script = {{.begins = "SELECT"}, {.begins = "SELECT"}}, .want = 404},
	{.name = "create", .request = {.method = "POST", .path = "/plans", .body = BODY}, .script = {{.begins = "INSERT", .outcome = {1, 9, 1}}}, .want = 201, .body = "\"price\":\"5.00\"",
		.header = "Location: /plans/9"},
	{.name = "taken", .request = {.method = "POST", .path = "/plans", .body = BODY}, .script = {{.begins = "INSERT", .status = DB_DUPLICATE, .culprit = "name"}, {.begins = "SELECT `id` FROM `plans` WHERE `name` = ?", .rows = 1}},
		.want = 409, .body = "\"errors\":[{\"field\":\"name\",\"code\":\"duplicate\",\"detail\":\"is taken already\"}],\"conflict\":\"/plans/7\"}"},
	{.name = "taken by a row that is gone", .request = {.method = "POST", .path = "/plans", .body = BODY},
		.script = {{.begins = "INSERT", .status = DB_DUPLICATE, .culprit = "name"}, {.begins = "SELECT `id`"}}, .want = 409, .body = "\"is taken already\"}]}"},
	{.name = "taken, and the look-up fails", .request = {.method = "POST", .path = "/plans", .body = BODY},
		.script = {{.begins = "INSERT", .status = DB_DUPLICATE, .culprit = "name"}, {.begins = "SELECT `id`", .status = DB_LOST}}, .want = 409, .body = "\"is taken already\"}]}"},
	{.name = "dangling", .request = {.method = "POST", .path = "/subscriptions", .body = "{\"member_id\":1,\"plan_id\":2,\"start_date\":\"2026-01-01\"}"},
		.script = {{.begins = "INSERT", .status = DB_DANGLING, .culprit = "plan_id"}}, .want = 422, .body = "{\"field\":\"plan_id\",\"code\":\"dangling\""},
	{.name = "dangling parent", .request = {.method = "POST", .path = "/members/1/subscriptions", .body = "{\"plan_id\":2,\"start_date\":\"2026-01-01\"}"},
		.script = {{.begins = "INSERT", .status = DB_DANGLING, .culprit = "member_id"}}, .want = 404, .body = "There is no member with the id 1."},
	{.name = "other parent", .request = {.method = "POST", .path = "/members/1/subscriptions",
		.body = "{\"member_id\":2,\"plan_id\":2,\"start_date\":\"2026-01-01\"}"}, .script = {{0}}, .want = 422, .body = "\"code\":\"mismatch\""},
	{.name = "an array", .request = {.method = "POST", .path = "/plans", .body = "[]"}, .script = {{0}}, .want = 422,
		.body = "\"errors\":[{\"field\":\"\",\"code\":\"type\",\"detail\":\"the body must be a JSON object\"}]}"},
	{.name = "a number for a text", .request = {.method = "PATCH", .path = "/plans/7", .body = "{\"name\":5}"}, .script = {{0}}, .want = 422,
		.body = "{\"field\":\"name\",\"code\":\"type\",\"detail\":\"must be a string\"}"},
	{.name = "no JSON", .request = {.method = "POST", .path = "/plans", .body = "{"}, .script = {{0}}, .want = 400, .body = "malformed-json"},
	{.name = "replace", .request = {.method = "PUT", .path = "/plans/7", .body = BODY, .if_match = "\"3\""},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "UPDATE", .outcome = {1, 0, 1}}}, .want = 200, .body = "\"name\":\"Day\"", .header = "ETag: \"4\""},
	{.name = "list of tags", .request = {.method = "PUT", .path = "/plans/7", .body = BODY, .if_match = " \"1\" ,, \"3\","},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "UPDATE", .outcome = {1, 0, 1}}}, .want = 200},
	{.name = "tag without quotes", .request = {.method = "PUT", .path = "/plans/7", .body = BODY, .if_match = "3"}, .script = {{0}}, .want = 400,
		.body = "If-Match must be * or a list of quoted ETags"},
	{.name = "tag without its end", .request = {.method = "PATCH", .path = "/plans/7", .body = BODY, .if_match = "\"3"}, .script = {{0}}, .want = 400},
	{.name = "empty tag list", .request = {.method = "DELETE", .path = "/plans/7", .if_match = " , "}, .script = {{0}}, .want = 400},
	{.name = "star in a list", .request = {.method = "DELETE", .path = "/plans/7", .if_match = "*, \"3\""}, .script = {{0}}, .want = 400},
	{.name = "weak tag", .request = {.method = "PUT", .path = "/plans/7", .body = BODY, .if_match = "W/\"3\""}, .script = {{.begins = "SELECT", .rows = 1, .version = 3}}, .want = 412},
	{.name = "any tag", .request = {.method = "PUT", .path = "/plans/7", .body = BODY, .if_match = "*"},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "UPDATE", .outcome = {1, 0, 1}}}, .want = 200},
	{.name = "other id", .request = {.method = "PUT", .path = "/plans/7", .body = "{\"id\":8,\"name\":\"Day\",\"type\":\"day\",\"price\":\"5\"}"}, .script = {{0}},
		.want = 422, .body = "{\"field\":\"id\",\"code\":\"mismatch\""},
	{.name = "patch", .request = {.method = "PATCH", .path = "/plans/7", .body = "{\"price\":\"6.5\"}"},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "UPDATE", .outcome = {1, 0, 1}}}, .want = 200,
		.body = "\"name\":\"Day \\\"1\\\"\",\"type\":\"day\",\"price\":\"6.50\""},
	{.name = "patch, and somebody else at once", .request = {.method = "PATCH", .path = "/plans/7", .body = "{}"},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "UPDATE"}, {.begins = "SELECT", .rows = 1, .version = 4}, {.begins = "UPDATE", .outcome = {1, 0, 1}}}, .want = 200,
		.header = "ETag: \"5\""},
	{.name = "tag, and somebody else at once", .request = {.method = "PATCH", .path = "/plans/7", .body = "{}", .if_match = "\"3\""},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "UPDATE"}, {.begins = "SELECT", .rows = 1, .version = 4}}, .want = 412},
	{.name = "patch of nothing", .request = {.method = "PATCH", .path = "/plans/7", .body = "{}"}, .script = {{.begins = "SELECT"}}, .want = 404},
	{.name = "remove", .request = {.method = "DELETE", .path = "/plans/7"}, .script = {{.begins = "DELETE", .outcome = {1, 0, 1}}}, .want = 204},
	{.name = "remove nothing", .request = {.method = "DELETE", .path = "/plans/7"}, .script = {{.begins = "DELETE"}}, .want = 404},
	{.name = "remove what is used", .request = {.method = "DELETE", .path = "/plans/7"}, .script = {{.begins = "DELETE", .status = DB_REFERENCED, .culprit = "subscriptions"}}, .want = 409,
		.body = "This plan has subscriptions: delete these first."},
	{.name = "remove by tag", .request = {.method = "DELETE", .path = "/plans/7", .if_match = "\"3\""},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}, {.begins = "DELETE FROM `plans` WHERE `id` = ? AND `version` = ?", .outcome = {1, 0, 1}}}, .want = 204},
	{.name = "key", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .outcome = {1, 9, 1}}, {.begins = "INSERT INTO `idempotency_keys`"}, {.begins = "COMMIT"}},
		.want = 201},
	{.name = "key of a request that fails", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .status = DB_DUPLICATE, .culprit = "name"}, {.begins = "SELECT `id`", .rows = 1}, {.begins = "ROLLBACK"},
			{.begins = "DELETE FROM `idempotency_keys`"}, {.begins = "SELECT `fingerprint`"}}, .want = 409, .body = "is taken already"},
	{.name = "row of another request with this key", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .status = DB_DUPLICATE, .culprit = "name"}, {.begins = "SELECT `id`", .rows = 1}, {.begins = "ROLLBACK"},
			{.begins = "DELETE FROM `idempotency_keys`"}, {.begins = "SELECT `fingerprint`", .rows = 1}}, .want = 422, .body = "idempotency-mismatch"},
	{.name = "key of another request", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .outcome = {1, 9, 1}}, {.begins = "INSERT INTO `idempotency_keys`", .status = DB_DUPLICATE}, {.begins = "ROLLBACK"},
			{.begins = "DELETE FROM `idempotency_keys`"}, {.begins = "SELECT `fingerprint`", .rows = 1}}, .want = 422, .body = "idempotency-mismatch"},
	{.name = "key that was too old", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .outcome = {1, 9, 1}}, {.begins = "INSERT INTO `idempotency_keys`", .status = DB_DUPLICATE}, {.begins = "ROLLBACK"},
			{.begins = "DELETE FROM `idempotency_keys`"}, {.begins = "SELECT `fingerprint`"}}, .status = DB_BUSY},
	{.name = "key in use", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .outcome = {1, 9, 1}}, {.begins = "INSERT INTO `idempotency_keys`", .status = DB_BUSY}, {.begins = "ROLLBACK"}},
		.want = 409, .body = "idempotency-in-progress", .header = "Retry-After: 1"},
	{.name = "key, and its row is locked", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .status = DB_BUSY}, {.begins = "ROLLBACK"}}, .status = DB_BUSY},
	{.name = "key, and the end fails", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "k"},
		.script = {{.begins = "START"}, {.begins = "INSERT INTO `plans`", .outcome = {1, 9, 1}}, {.begins = "INSERT INTO `idempotency_keys`"}, {.begins = "COMMIT", .status = DB_LATE},
			{.begins = "ROLLBACK"}}, .status = DB_LATE},
	{.name = "key that is none", .request = {.method = "POST", .path = "/plans", .body = BODY, .idempotency_key = "a b"}, .script = {{0}}, .want = 400},
};

static bool
has_header(const struct response *r, const char *want)
{
	char line[300];

	for (size_t i = 0; i < r->headers_n; i++) {
		snprintf(line, sizeof line, "%s: %s", r->headers[i].name, r->headers[i].value);
		if (strcmp(line, want) == 0)
			return true;
		print_message("  %s\n", line);
	}
	return false;
}

static void
test_scenarios(void **state)
{
	struct service service;

	(void)state;
	assert_true(service_init(&service, "test", NULL, 0));
	idempotency_init(100);
	for (const struct scenario *s = scenarios; s < scenarios + sizeof scenarios / sizeof *scenarios; s++) {
		struct request q = s->request;
		struct response r = {0};
		struct call call;
		const struct route *any;

		print_message("%s\n", s->name);
		q.id = "id";
		q.content_type = "application/json";
		q.body = q.body ? q.body : "";
		q.len = strlen(q.body);
		script = s->script;
		assert_false(service_begin(&service, &q, &call, &any, &r));
		assert_false(service_answer(&service, &call, &r));
		assert_int_equal(call.route->run(NULL, &call, &r), s->status);
		assert_null(script->begins); // the script is finished
		if (s->status == DB_OK)
			assert_int_equal(r.status, s->want);
		if (s->body)
			assert_non_null(strstr(r.body, s->body));
		if (s->header)
			assert_true(has_header(&r, s->header));
		response_free(&r);
	}
	service_end(&service);
}

// Several calls that are served together.
static const struct several {
	const char *name;
	struct request requests[4];
	struct step script[10];
	enum db_status status;
	int want[4]; // 0: it must be done alone
	const char *header[4];
} several[] = {
	{.name = "get", .requests = {{.path = "/plans/7"}, {.path = "/plans/8"}, {.path = "/plans/7", .if_none_match = "\"3\""}, {.path = "/plans/7"}},
		.script = {{.begins = "SELECT `id`, `name`, `type`, `price`, `created_at`, `updated_at`, `version` FROM `plans` WHERE `id` IN (?, ?, ?, ?)", .rows = 1, .version = 3}},
		.want = {200, 404, 304, 200}, .header = {"ETag: \"3\""}},
	{.name = "get, lost", .requests = {{.path = "/plans/7"}, {.path = "/plans/8"}, {.path = "/plans/7"}, {.path = "/plans/7"}},
		.script = {{.begins = "SELECT", .rows = 1, .status = DB_LOST}}, .status = DB_LOST},
	{.name = "create", .requests = {{.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = BODY}},
		.script = {{.begins = "INSERT INTO `plans` (`name`, `type`, `price`, `created_at`, `updated_at`) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?), (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)", .outcome = {4, 10, 7}}},
		.want = {201, 201, 201, 201}, .header = {"Location: /plans/10", "Location: /plans/17", "Location: /plans/24", "Location: /plans/31"}},
	{.name = "create, one is invalid", .requests = {{.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = "{}"}, {.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = BODY}},
		.script = {{.begins = "INSERT INTO `plans` (`name`, `type`, `price`, `created_at`, `updated_at`) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)", .outcome = {2, 10, 1}}},
		.want = {201, 422, 201, 0}, .header = {"Location: /plans/10", NULL, "Location: /plans/11"}},
	{.name = "create, all are invalid", .requests = {{.method = "POST", .path = "/plans", .body = "{}"}, {.method = "POST", .path = "/plans", .body = "["}, {.method = "POST", .path = "/plans", .body = "{}"}, {.method = "POST", .path = "/plans", .body = "1"}},
		.script = {{0}}, .want = {422, 400, 422, 422}},
	{.name = "create, one is taken", .requests = {{.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = "{}"}, {.method = "POST", .path = "/plans", .body = BODY}, {.method = "POST", .path = "/plans", .body = BODY}},
		.script = {{.begins = "INSERT", .status = DB_DUPLICATE, .culprit = "name"}}, .status = DB_DUPLICATE},
	{.name = "patch", .requests = {{.method = "PATCH", .path = "/plans/8", .body = "{}"}, {.method = "PATCH", .path = "/plans/7", .body = "{}", .if_match = "\"3\""}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}", .if_match = "3"}},
		.script = {{.begins = "SELECT", .rows = 2, .version = 3}, {.begins = "START"},
			{.begins = "UPDATE `plans` SET `name` = CASE `id` WHEN ? THEN ? WHEN ? THEN ? END, `type` = ", .outcome = {2, 0, 1}}, {.begins = "COMMIT"}},
		.want = {200, 200, 404, 400}, .header = {"ETag: \"4\"", "ETag: \"4\""}},
	{.name = "patch, one of them", .requests = {{.method = "PATCH", .path = "/plans/8", .body = BODY}, {.method = "PATCH", .path = "/plans/7", .body = "{}"}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}"}},
		.script = {{.begins = "SELECT", .rows = 1, .version = 3}}, .want = {404, 0, 404, 404}},
	{.name = "patch, three of them", .requests = {{.method = "PATCH", .path = "/plans/8", .body = BODY}, {.method = "PATCH", .path = "/plans/7", .body = "{}"}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}"}},
		.script = {{.begins = "SELECT", .rows = 3, .version = 3}, {.begins = "START"}, {.begins = "UPDATE", .outcome = {2, 0, 1}}, {.begins = "COMMIT"}}, .want = {200, 200, 0, 404}},
	{.name = "patch, and another client at once", .requests = {{.method = "PATCH", .path = "/plans/8", .body = BODY}, {.method = "PATCH", .path = "/plans/7", .body = "{}"}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}"}},
		.script = {{.begins = "SELECT", .rows = 2, .version = 3}, {.begins = "START"}, {.begins = "UPDATE", .outcome = {1, 0, 1}}, {.begins = "ROLLBACK"}}, .want = {0, 0, 404, 404}},
	{.name = "patch, one is taken", .requests = {{.method = "PATCH", .path = "/plans/8", .body = BODY}, {.method = "PATCH", .path = "/plans/7", .body = "{}"}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}"}},
		.script = {{.begins = "SELECT", .rows = 2, .version = 3}, {.begins = "START"}, {.begins = "UPDATE", .status = DB_DUPLICATE, .culprit = "name"}, {.begins = "ROLLBACK"}}, .status = DB_DUPLICATE},
	{.name = "patch, a row is locked", .requests = {{.method = "PATCH", .path = "/plans/8", .body = BODY}, {.method = "PATCH", .path = "/plans/7", .body = "{}"}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}"}},
		.script = {{.begins = "SELECT", .rows = 2, .version = 3}, {.begins = "START"}, {.begins = "UPDATE", .status = DB_BUSY}, {.begins = "ROLLBACK"}}, .status = DB_BUSY},
	{.name = "patch, and the end fails", .requests = {{.method = "PATCH", .path = "/plans/8", .body = BODY}, {.method = "PATCH", .path = "/plans/7", .body = "{}"}, {.method = "PATCH", .path = "/plans/9", .body = "{}"}, {.method = "PATCH", .path = "/plans/6", .body = "{}"}},
		.script = {{.begins = "SELECT", .rows = 2, .version = 3}, {.begins = "START"}, {.begins = "UPDATE", .outcome = {2, 0, 1}}, {.begins = "COMMIT", .status = DB_LOST}, {.begins = "ROLLBACK"}}, .status = DB_LOST},
};

static void
test_several(void **state)
{
	struct service service;

	(void)state;
	assert_true(service_init(&service, "test", NULL, 0));
	for (const struct several *s = several; s < several + sizeof several / sizeof *several; s++) {
		struct response r[4] = {0}, *responses[4];
		struct request q[4];
		struct call call[4];
		const struct call *calls[4];
		bool undone[4] = {0};

		print_message("%s\n", s->name);
		for (size_t i = 0; i < 4; i++) {
			const struct route *any;

			q[i] = s->requests[i];
			q[i].id = "id";
			q[i].method = q[i].method ? q[i].method : "GET";
			q[i].content_type = "application/json";
			q[i].body = q[i].body ? q[i].body : "";
			q[i].len = strlen(q[i].body);
			assert_false(service_begin(&service, &q[i], &call[i], &any, &r[i]));
			calls[i] = &call[i];
			responses[i] = &r[i];
		}
		script = s->script;
		assert_int_equal(call[0].route->run_many(NULL, calls, 4, responses, undone), s->status);
		assert_null(script->begins);
		for (size_t i = 0; i < 4; i++) {
			if (s->status == DB_OK)
				assert_int_equal(r[i].status, s->want[i]);
			if (s->status == DB_OK)
				assert_int_equal(undone[i], !s->want[i]);
			if (s->header[i])
				assert_true(has_header(&r[i], s->header[i]));
			response_free(&r[i]);
		}
	}
	service_end(&service);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_scenarios), cmocka_unit_test(test_several)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
