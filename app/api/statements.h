// Shared by the files that implement resource.h: the statements of each entity, one row of it, and
// the common responses.
#ifndef STATEMENTS_H
#define STATEMENTS_H

#include "base/text.h"
#include "db/db.h"
#include "db/job.h"
#include "db/value.h"
#include "model/entity.h"

struct call;
struct problems;
struct record;
struct response;

// A statement for several rows exists for 1, 2, 4 ... JOBS_MAX of them.
enum { SIZES = 5 };
_Static_assert(1 << (SIZES - 1) == JOBS_MAX, "a statement for each number of jobs");

struct statements {
	struct text get[SIZES], insert[SIZES], update[SIZES], remove, remove_version;
};

const struct statements *statements_of(const struct entity *e);
// The index of the statement for the most rows, up to n.
size_t statements_size(size_t n);

// A row that outlives the statement that found it: id, columns, created_at, updated_at, version.
struct row {
	bool found;
	bool failed; // memory ran out
	struct value values[COLUMNS_MAX + 4];
	char *texts;
	size_t n; // of values
};

// The rows with these ids, which differ; at most JOBS_MAX.
enum db_status rows_read(struct db *db, const struct entity *e, const int64_t *ids, size_t n, struct row *const *ret_rows);
enum db_status row_read(struct db *db, const struct entity *e, int64_t id, struct row *ret_row);
int64_t row_version(const struct row *r);
void row_free(struct row *r);

// Does the value of an If-Match or If-None-Match header have the form of RFC 9110: * or a list of
// quoted tags?
bool etag_is_list(const char *header);
// Is one of the tags in the header the tag of this version?
bool etag_matches(const char *header, int64_t version, bool weak_too);
void etag_add(struct response *r, int64_t version);

// Answers a row with its tag; location (NULL: none) is its path.
void answer_row(struct response *r, int status, const struct entity *e, const struct value *row, int64_t version, const char *location);
void answer_absent(struct response *r, const struct call *call, const struct entity *e, int64_t id);
void answer_changed(struct response *r, const struct call *call);
void answer_invalid(struct response *r, const struct call *call, const struct problems *problems);

// Translates a violated constraint of the database. Any other status is returned as it is. record:
// what was written; NULL: nothing.
enum db_status answer_constraint(
	struct db *db, enum db_status status, const struct call *call, const struct record *record, struct response *r);
// Reads the body; whole: it must be a complete row. False: *r is the response, or memory ran out
// (r->status is 0). Call record_free afterwards, whatever the result.
bool read_body(const struct call *call, bool whole, struct record *ret_record, struct response *r);

#endif
