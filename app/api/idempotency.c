// One transaction creates the row and stores the key. A second request with the same key waits until
// the first one's transaction ends, even on another instance, and finds its row. A key belongs to the
// caller who sent it. Responses are not stored: they would keep what was deleted or corrected since.

#include "api/idempotency.h"

#include <sha2.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "api/response.h"
#include "api/route.h"
#include "api/statements.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/value.h"

enum { LIFETIME = 24 * 60 * 60, FINGERPRINT_SIZE = 65, CLEAN_ROWS = 1000, LOCATION_SIZE = 256 };

static atomic_llong kept;      // keys in the database, as far as this instance knows
static long long limit;	       // of `kept`
static atomic_bool uncounted; // this instance stored keys since it last counted them

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

// What a key is stored with.
struct stored {
	const char *fingerprint;
	bool found, same;
	char location[LOCATION_SIZE];
};

static void
take_stored(void *context, const struct value *row)
{
	struct stored *n = context;

	n->found = true;
	n->same = row[0].len == strlen(n->fingerprint) && memcmp(row[0].text, n->fingerprint, row[0].len) == 0;
	snprintf(n->location, sizeof n->location, "%.*s", (int)row[1].len, row[1].text);
}

// The id at the end of a row's path.
static int64_t
row_of(const char *location)
{
	const char *slash = strrchr(location, '/');

	return slash ? strtoll(slash + 1, NULL, 10) : 0;
}

// Answers with the row that the first request created, as it is now.
static enum db_status
replay(struct db *db, const struct stored *n, const struct call *call, struct response *r)
{
	const struct entity *e = call->route->entity;
	struct row row;

	if (!n->same) {
		response_problem(r, 422, "idempotency-mismatch", "This Idempotency-Key was used with a different request.", call->request->id,
			NULL);
		return DB_OK;
	}
	enum db_status status = row_read(db, e, row_of(n->location), &row);
	if (status == DB_OK && row.found) {
		answer_row(r, 201, e, row.values, row_version(&row), n->location);
		response_header(r, "Idempotency-Replayed", "true");
		r->row = r->status ? row.values[0].number : 0;
	} else if (status == DB_OK) {
		response_problem(r, 410, "deleted", "The row that this request created has been deleted since.", call->request->id, NULL);
	}
	row_free(&row);
	return status;
}

// Looks for an earlier request with this key, and answers as it was answered. A key that is too old
// is deleted, and then there is none.
static enum db_status
look_up(struct db *db, const struct call *call, const struct value key[2], const char *fingerprint, bool *ret_found, struct response *r)
{
	struct stored n = {.fingerprint = fingerprint};
	char old[TIME_SIZE];

	clock_write(old, LIFETIME);
	const struct value params[3] = {key[0], key[1], value_text(old, TIME_SQL_LEN)};
	enum db_status status = db_execute(
		db, "DELETE FROM `idempotency_keys` WHERE `scope` = ? AND `key` = ? AND `created_at` < ?", params, 3, NULL);
	if (status == DB_OK)
		status = db_select(db, "SELECT `fingerprint`, `location` FROM `idempotency_keys` WHERE `scope` = ? AND `key` = ?", params,
			2, take_stored, &n);
	*ret_found = n.found;
	return status == DB_OK && n.found ? replay(db, &n, call, r) : status;
}

static const char *
header_of(const struct response *r, const char *name)
{
	for (size_t i = 0; i < r->headers_n; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return "";
}

// Stores the key of a response. The columns `status` and `body` are for instances of release 0.1.0,
// which run beside this one during an update.
static enum db_status
store(struct db *db, const struct value key[2], const char *fingerprint, const struct response *r)
{
	char now[TIME_SIZE];

	clock_write(now, 0);
	const struct value params[] = {key[0], key[1], value_string(fingerprint), value_int(r->status),
		value_string(header_of(r, "Location")), value_text(now, TIME_SQL_LEN)};
	return db_execute(db,
		"INSERT INTO `idempotency_keys` (`scope`, `key`, `fingerprint`, `status`, `location`, `body`, `created_at`) VALUES (?, ?, ?, ?, ?, "
		"'', ?)",
		params, 6, NULL);
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

// Creates the row and stores the key, or changes nothing. *ret_key: the key is why it failed.
static enum db_status
create(struct db *db, const struct call *call, const struct record *record, const struct value key[2], const char *fingerprint,
	create_fn *insert, bool *ret_key, struct response *r)
{
	enum db_status status = db_command(db, "START TRANSACTION");

	*ret_key = false;
	if (status != DB_OK)
		return status;
	status = insert(db, call, record, r);
	if (status == DB_OK && r->status == 201) {
		status = store(db, key, fingerprint, r);
		*ret_key = status == DB_DUPLICATE || status == DB_BUSY;
		if (status == DB_OK)
			status = db_command(db, "COMMIT");
		if (status == DB_OK)
			return status;
	}
	db_roll_back(db);
	return status;
}

// No more keys may be stored: refuses what is not a repetition.
static enum db_status
repeat_only(struct db *db, const struct call *call, const struct value key[2], const char *fingerprint, struct response *r)
{
	char detail[160];
	bool found;
	enum db_status status = look_up(db, call, key, fingerprint, &found, r);

	snprintf(detail, sizeof detail,
		"%lld idempotency keys of the last 24 hours are stored, which is the most. Try again later, or send no Idempotency-Key.", limit);
	if (status == DB_OK && !found)
		response_problem(r, 429, "too-many-keys", detail, call->request->id, NULL);
	return status;
}

enum db_status
idempotency_create(struct db *db, const struct call *call, const struct record *record, create_fn *insert, struct response *r)
{
	char fingerprint[FINGERPRINT_SIZE];
	const struct value key[2] = {value_string(call->caller), value_string(call->request->idempotency_key)};
	struct response refusal = {0};
	bool found = false, by_key;

	if (!is_key(call->request->idempotency_key)) {
		response_problem(r, 400, "bad-request", "Idempotency-Key must be 1 to 255 visible ASCII characters.", call->request->id, NULL);
		return DB_OK;
	}
	make_fingerprint(call->request, fingerprint);
	if (atomic_load(&kept) >= limit)
		return repeat_only(db, call, key, fingerprint, r);
	enum db_status status = create(db, call, record, key, fingerprint, insert, &by_key, r);
	if (status == DB_OK && r->status == 201) {
		atomic_fetch_add(&kept, 1);
		atomic_store(&uncounted, true);
		return status;
	}
	if (by_key && status == DB_BUSY) {
		response_problem(r, 409, "idempotency-in-progress", "Another request with this Idempotency-Key is in progress.",
			call->request->id, NULL);
		return DB_OK;
	}
	if (status != DB_OK && !by_key) {
		response_free(r);
		return status;
	}
	// the row may violate a constraint because the first request created it
	refusal = *r;
	*r = (struct response){0};
	status = look_up(db, call, key, fingerprint, &found, r);
	if (status == DB_OK && !found && !by_key) {
		*r = refusal;
		return DB_OK;
	}
	response_free(&refusal);
	return status == DB_OK && !found ? DB_BUSY : status; // the key was too old: once more
}

void
idempotency_init(long most)
{
	limit = most;
	atomic_store(&kept, 0);
	atomic_store(&uncounted, true);
}

static enum db_status
count_keys(struct db *db)
{
	int64_t n;

	if (!atomic_exchange(&uncounted, false) && atomic_load(&kept) < limit)
		return DB_OK;
	enum db_status status = db_select_number(db, "SELECT COUNT(*) FROM `idempotency_keys`", NULL, 0, &n);
	if (status == DB_OK)
		atomic_store(&kept, n);
	else
		atomic_store(&uncounted, true);
	return status;
}

enum db_status
idempotency_clean(struct db *db, bool *ret_more)
{
	struct db_outcome outcome = {0};
	char old[TIME_SIZE];

	clock_write(old, LIFETIME);
	const struct value params[] = {value_text(old, TIME_SQL_LEN), value_int(CLEAN_ROWS)};
	enum db_status status = db_execute(db, "DELETE FROM `idempotency_keys` WHERE `created_at` < ? LIMIT ?", params, 2, &outcome);
	*ret_more = outcome.affected == CLEAN_ROWS;
	return status == DB_OK && !*ret_more ? count_keys(db) : status;
}
