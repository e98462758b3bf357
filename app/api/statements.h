// Shared by the files that implement resource.h: the statements of each entity, one row of it, and
// the common responses.
#ifndef STATEMENTS_H
#define STATEMENTS_H

#include "base/text.h"
#include "db/db.h"
#include "db/value.h"
#include "model/entity.h"

struct call;
struct problems;
struct response;

struct statements {
	struct text get, insert, update, remove, remove_version;
};

const struct statements *statements_of(const struct entity *e);

// A row that outlives the statement that found it: id, columns, created_at, updated_at, version.
struct row {
	bool found;
	bool failed; // memory ran out
	struct value values[COLUMNS_MAX + 4];
	char *texts;
	size_t n; // of values
};

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

#endif
