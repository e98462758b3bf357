// Entities -> statements. Names come from the table of entities, values only as parameters; every statement means the same to MySQL 8.4
// and 9.7 and to MariaDB 10.11 and 11.8.
#ifndef SQL_H
#define SQL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/query.h"
#include "base/text.h"

// CREATE TABLE, with the columns that came no later than migration `until`.
void sql_create(struct text *out, const struct entity *e, unsigned until);
// ALTER TABLE that adds one column.
void sql_add_column(struct text *out, const struct entity *e, const struct column *c);

// id, columns, created_at, updated_at, version: n + 4 of them.
// Parameters: the id.
void sql_get(struct text *out, const struct entity *e);
// Parameters: the columns, created_at, updated_at.
void sql_insert(struct text *out, const struct entity *e);
// Parameters: the columns, updated_at, the id, the version that it must have.
void sql_update(struct text *out, const struct entity *e);
// Parameters: the id and, with_version, the version.
void sql_remove(struct text *out, const struct entity *e, bool with_version);

enum { PARAMS_MAX = 128 };

// What a list asks for, or how many rows that is. The values go to ret_params in the order of the statement, and are as valid as the
// query's; *ret_n is how many. by (NULL: none) is a column that must hold by_id besides. One row more than the limit is
// selected, so that the caller sees whether there are more.
void sql_list(struct text *out, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id,
	struct value ret_params[PARAMS_MAX], size_t *ret_n);
void sql_count(struct text *out, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id,
	struct value ret_params[PARAMS_MAX], size_t *ret_n);

#endif
