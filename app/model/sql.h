// Entities -> statements. Names come from the table of entities; values are parameters. Every
// statement means the same to MySQL 8.4 and 9.7 and to MariaDB 10.11 and 11.8.
#ifndef SQL_H
#define SQL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "model/query.h"

// CREATE TABLE, with the columns up to migration `until`.
void sql_create(struct text *out, const struct entity *e, unsigned until);
// ALTER TABLE that adds one column.
void sql_add_column(struct text *out, const struct entity *e, const struct column *c);

// Selects id, columns, created_at, updated_at, version: n + 4 values. Parameters: the id.
void sql_get(struct text *out, const struct entity *e, size_t rows);
// Parameters: the columns, created_at, updated_at.
void sql_insert(struct text *out, const struct entity *e, size_t rows);
// Parameters: the columns, updated_at, the id, the version that the row must have.
void sql_update(struct text *out, const struct entity *e);
// Changes several rows at once. Parameters: for each column and for updated_at, the id and the value
// of each row; then the id and the version of each row.
void sql_update_many(struct text *out, const struct entity *e, size_t rows);
// Parameters: the id and, with_version, the version.
void sql_remove(struct text *out, const struct entity *e, bool with_version);

// Selects the id of a row by the value of one column. Parameters: the value.
void sql_find(struct text *out, const struct entity *e, const struct column *c);

enum { PARAMS_MAX = 128 };

// The rows of a list, or their number. The parameters go to ret_params in the order of the
// statement, *ret_n of them, and are valid as long as the query. by (NULL: none): a column that
// must also equal by_id. sql_list selects one row more than the limit, so that the caller sees
// whether there is a next page.
void sql_list(struct text *out, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id,
	struct value ret_params[PARAMS_MAX], size_t *ret_n);
void sql_count(struct text *out, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id,
	struct value ret_params[PARAMS_MAX], size_t *ret_n);

#endif
