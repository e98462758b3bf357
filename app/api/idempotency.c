// The transaction stores the key first. A second request with the same key then waits until the
// first one's transaction ends, even on another instance, and finds its response. A key belongs to
// the caller who sent it.

#include "api/idempotency.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "api/response.h"
#include "api/statements.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/value.h"

enum { LIFETIME = 24 * 60 * 60, FINGERPRINT_SIZE = 65 };

static struct value
of_text(const char *text)
{
	return (struct value){.kind = VALUE_TEXT, .text = text, .len = strlen(text)};
}

// A hash of the request without its headers.
static void
make_fingerprint(const struct request *q, char out[FINGERPRINT_SIZE])
{
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)q->path, strlen(q->path) + 1);
	SHA256Update(&sha, (const uint8_t *)q->body, q->len);
	SHA256End(&sha, out);
}

// A stored response.
struct stored {
	const char *fingerprint;
	bool found, same;
	int64_t status;
	struct text location, body;
};

static void
take_stored(void *context, const struct value *row)
{
	struct stored *n = context;

	n->found = true;
	n->same = row[0].len == strlen(n->fingerprint) && memcmp(row[0].text, n->fingerprint, row[0].len) == 0;
	n->status = row[1].number;
	text_add(&n->location, row[2].text, row[2].len);
	text_add(&n->body, row[3].text, row[3].len);
}

// The id at the end of a row's path.
static int64_t
row_of(const char *location)
{
	const char *slash = strrchr(location, '/');

	return slash ? strtoll(slash + 1, NULL, 10) : 0;
}

static void
replay(struct stored *n, const struct call *call, struct response *r)
{
	if (!n->same) {
		response_problem(r, 422, "idempotency-mismatch", "This Idempotency-Key was used with a different request.", call->request->id,
			NULL);
		return;
	}
	response_text(r, (int)n->status, "application/json", &n->body);
	etag_add(r, 1);
	if (n->location.failed)
		response_free(r);
	else
		response_header(r, "Location", n->location.s);
	response_header(r, "Idempotency-Replayed", "true");
	if (r->status)
		r->row = row_of(n->location.s);
}

// Looks for the response to an earlier request with this key. A key that is too old is deleted, and
// then there is none.
static enum db_status
look_up(struct db *db, const struct call *call, const struct value key[2], const char *fingerprint, bool *ret_found, struct response *r)
{
	struct stored n = {.fingerprint = fingerprint};
	char old[TIME_SIZE];

	clock_write(old, LIFETIME);
	struct value params[3] = {key[0], key[1], {.kind = VALUE_TEXT, .text = old, .len = TIME_SQL_LEN}};
	enum db_status status = db_execute(
		db, "DELETE FROM `idempotency_keys` WHERE `scope` = ? AND `key` = ? AND `created_at` < ?", params, 3, NULL);
	if (status == DB_OK)
		status = db_select(db,
			"SELECT `fingerprint`, `status`, `location`, `body` FROM `idempotency_keys` WHERE `scope` = ? AND `key` = ?", params, 2,
			take_stored, &n);
	if (status == DB_OK && n.found)
		replay(&n, call, r);
	*ret_found = n.found;
	text_free(&n.location);
	text_free(&n.body);
	return status;
}

static const char *
header_of(const struct response *r, const char *name)
{
	for (size_t i = 0; i < r->headers_n; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return "";
}

// No transaction may stay open on the connection. If the rollback fails, closing the connection
// ends the transaction.
static void
roll_back(struct db *db)
{
	if (db_command(db, "ROLLBACK") != DB_OK)
		db_close(db);
}

static enum db_status
finish(struct db *db, const struct value key[2], const struct response *r)
{
	const struct value params[] = {{.kind = VALUE_INT, .number = r->status}, of_text(header_of(r, "Location")),
		{.kind = VALUE_TEXT, .text = r->body, .len = r->len}, key[0], key[1]};
	enum db_status status = db_execute(db,
		"UPDATE `idempotency_keys` SET `status` = ?, `location` = ?, `body` = ? WHERE `scope` = ? AND `key` = ?", params, 5, NULL);

	if (status == DB_OK)
		status = db_command(db, "COMMIT");
	if (status != DB_OK && status != DB_LOST)
		roll_back(db);
	return status;
}

static bool
is_key(const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < len; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return false;
	return len >= 1 && len <= 255;
}

enum db_status
idempotency_create(struct db *db, const struct call *call, const struct record *record,
	enum db_status (*insert)(struct db *db, const struct call *call, const struct record *record, struct response *r),
	struct response *r)
{
	char fingerprint[FINGERPRINT_SIZE], now[TIME_SIZE];
	const struct value key[2] = {of_text(call->caller), of_text(call->request->idempotency_key)};
	bool found = true;

	if (!is_key(call->request->idempotency_key)) {
		response_problem(r, 400, "bad-request", "Idempotency-Key must be 1 to 255 visible ASCII characters.", call->request->id, NULL);
		return DB_OK;
	}
	make_fingerprint(call->request, fingerprint);
	clock_write(now, 0);
	const struct value params[] = {key[0], key[1], of_text(fingerprint), {.kind = VALUE_TEXT, .text = now, .len = TIME_SQL_LEN}};
	enum db_status status = db_command(db, "START TRANSACTION");
	if (status != DB_OK)
		return status;
	status = db_execute(db,
		"INSERT INTO `idempotency_keys` (`scope`, `key`, `fingerprint`, `status`, `location`, `body`, `created_at`) VALUES (?, ?, ?, 0, "
		"'', '', ?)",
		params, 4, NULL);
	if (status == DB_OK) {
		status = insert(db, call, record, r);
		if (status == DB_OK && r->status == 201)
			return finish(db, key, r);
		roll_back(db);
		return status;
	}
	roll_back(db);
	if (status == DB_BUSY) {
		response_problem(r, 409, "idempotency-in-progress", "Another request with this Idempotency-Key is in progress.",
			call->request->id, NULL);
		return DB_OK;
	}
	if (status != DB_DUPLICATE)
		return status;
	status = look_up(db, call, key, fingerprint, &found, r);
	return status == DB_OK && !found ? DB_BUSY : status;
}

enum db_status
idempotency_clean(struct db *db)
{
	char old[TIME_SIZE];

	clock_write(old, LIFETIME);
	const struct value params[] = {{.kind = VALUE_TEXT, .text = old, .len = TIME_SQL_LEN}};
	return db_execute(db, "DELETE FROM `idempotency_keys` WHERE `created_at` < ? LIMIT 500", params, 1, NULL);
}
