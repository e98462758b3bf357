// A statement is prepared on first use; the most recently used ones are kept. Its result buffers
// are allocated once, from the server's description of the columns. Rows are read as they arrive,
// without a copy of the whole result.

#include <errmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/private.h"
#include "db/value.h"

// Everything allocated here belongs to one of db->statements; gcc's analyzer does not see that.
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

enum { BINDS_MAX = 1024, TEXT_ROOM = 512 };

void
db_drop_statement(struct statement *s)
{
	for (unsigned i = 0; s->cells && i < s->columns; i++)
		if (s->binds[i].buffer_type == MYSQL_TYPE_STRING)
			free(s->cells[i].data.text);
	if (s->handle)
		mysql_stmt_close(s->handle);
	free(s->sql);
	free(s->cells);
	free(s->binds);
	free(s->values);
	*s = (struct statement){0};
}

static bool
bind_column(struct statement *s, unsigned i, const MYSQL_FIELD *field)
{
	struct cell *cell = &s->cells[i];
	MYSQL_BIND *bind = &s->binds[i];

	bind->is_null = &cell->null;
	bind->length = &cell->len;
	bind->error = &cell->cut;
	switch (field->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &cell->data.number;
		return true;
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_DATETIME:
		bind->buffer_type = field->type;
		bind->buffer = &cell->data.time;
		bind->buffer_length = sizeof cell->data.time;
		return true;
	default:
		cell->room = field->length > TEXT_ROOM ? TEXT_ROOM : field->length + 1;
		cell->data.text = malloc(cell->room);
		bind->buffer_type = MYSQL_TYPE_STRING;
		bind->buffer = cell->data.text;
		bind->buffer_length = cell->room;
		return cell->data.text != NULL;
	}
}

static bool
bind_columns(struct statement *s)
{
	s->columns = mysql_stmt_field_count(s->handle);
	if (!s->columns)
		return true;
	if (!(s->cells = calloc(s->columns, sizeof *s->cells)) || !(s->binds = calloc(s->columns, sizeof *s->binds)) ||
	    !(s->values = calloc(s->columns, sizeof *s->values)))
		return false;
	MYSQL_RES *meta = mysql_stmt_result_metadata(s->handle);
	bool ok = meta != NULL;
	for (unsigned i = 0; ok && i < s->columns; i++)
		ok = bind_column(s, i, mysql_fetch_field_direct(meta, i));
	if (meta)
		mysql_free_result(meta);
	return ok && mysql_stmt_bind_result(s->handle, s->binds) == 0;
}

static struct statement *
find_statement(struct db *db, const char *sql)
{
	struct statement *oldest = db->statements;

	for (struct statement *s = db->statements; s < db->statements + STATEMENTS_MAX; s++) {
		if (s->sql && strcmp(s->sql, sql) == 0)
			return s;
		if (s->used < oldest->used)
			oldest = s;
	}
	return oldest;
}

// The prepared statement. On failure, NULL and *ret_failure.
static struct statement *
prepare(struct db *db, const char *sql, enum db_status *ret_failure)
{
	struct statement *s = find_statement(db, sql);

	if (!s->sql || strcmp(s->sql, sql) != 0) {
		unsigned code = 0;
		char message[ERROR_SIZE] = "";

		db_drop_statement(s);
		s->handle = mysql_stmt_init(db->mysql);
		s->sql = strdup(sql);
		if (!s->handle || !s->sql || mysql_stmt_prepare(s->handle, sql, strlen(sql)) != 0 || !bind_columns(s)) {
			code = s->handle ? mysql_stmt_errno(s->handle) : 0;
			snprintf(message, sizeof message, "%s", s->handle ? mysql_stmt_error(s->handle) : "");
			db_drop_statement(s);
			*ret_failure = code ? db_fail(db, code, message) : db_fail_memory(db);
			return NULL;
		}
	}
	s->used = ++db->count;
	return s;
}

static void
bind_params(MYSQL_BIND *binds, const struct value *params, size_t n)
{
	memset(binds, 0, n * sizeof *binds);
	for (size_t i = 0; i < n; i++) {
		switch (params[i].kind) {
		case VALUE_NULL:
			binds[i].buffer_type = MYSQL_TYPE_NULL;
			break;
		case VALUE_INT:
			binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
			binds[i].buffer = (void *)&params[i].number;
			break;
		case VALUE_TEXT:
			binds[i].buffer_type = MYSQL_TYPE_STRING;
			binds[i].buffer = (void *)params[i].text;
			binds[i].buffer_length = params[i].len;
			break;
		}
	}
}

static enum db_status
fail_statement(struct db *db, struct statement *s)
{
	char message[ERROR_SIZE];
	unsigned code = mysql_stmt_errno(s->handle);

	// the library keeps an error that comes between two rows with the connection alone
	snprintf(message, sizeof message, "%s", code ? mysql_stmt_error(s->handle) : mysql_error(db->mysql));
	return db_fail(db, code ? code : mysql_errno(db->mysql), message);
}

// Executes the statement. On failure, NULL and *ret_failure.
static struct statement *
start(struct db *db, const char *sql, const struct value *params, size_t n, enum db_status *ret_failure)
{
	MYSQL_BIND binds[BINDS_MAX];

	db->sent = false;
	*ret_failure = DB_LOST;
	if (!db->mysql || db->broken)
		return NULL;
	*ret_failure = db_check_time(db);
	struct statement *s = *ret_failure == DB_OK ? prepare(db, sql, ret_failure) : NULL;
	if (!s)
		return NULL;
	if (n > BINDS_MAX || mysql_stmt_param_count(s->handle) != n) {
		*ret_failure = db_fail(db, CR_INVALID_PARAMETER_NO, "wrong number of parameters");
		return NULL;
	}
	// preparing it took a round trip
	if ((*ret_failure = db_check_time(db)) != DB_OK)
		return NULL;
	bind_params(binds, params, n);
	bool ok = n == 0 || mysql_stmt_bind_param(s->handle, binds) == 0;
	db->sent = ok;
	if (ok && mysql_stmt_execute(s->handle) == 0)
		return s;
	*ret_failure = fail_statement(db, s);
	return NULL;
}

enum db_status
db_execute(struct db *db, const char *sql, const struct value *params, size_t n, struct db_outcome *ret_outcome)
{
	enum db_status failure;
	const struct statement *s = start(db, sql, params, n, &failure);

	if (!s)
		return failure;
	if (ret_outcome)
		*ret_outcome = (struct db_outcome){
			.affected = mysql_stmt_affected_rows(s->handle), .id = mysql_stmt_insert_id(s->handle), .step = (uint64_t)db->step};
	return DB_OK;
}

static void
put2(char *s, unsigned n)
{
	s[0] = (char)('0' + n / 10 % 10);
	s[1] = (char)('0' + n % 10);
}

// 2026-11-22 for a date, 2026-11-22T20:52:31.123Z for a time.
static size_t
format_time(char *s, const MYSQL_TIME *t, bool date)
{
	put2(s, t->year / 100);
	put2(s + 2, t->year % 100);
	s[4] = s[7] = '-';
	put2(s + 5, t->month);
	put2(s + 8, t->day);
	if (date)
		return 10;
	s[10] = 'T';
	put2(s + 11, t->hour);
	s[13] = s[16] = ':';
	put2(s + 14, t->minute);
	put2(s + 17, t->second);
	s[19] = '.';
	put2(s + 20, (unsigned)(t->second_part / 10000));
	s[22] = (char)('0' + t->second_part / 1000 % 10);
	s[23] = 'Z';
	return 24;
}

// Fetches a text again that is longer than its buffer, into a larger buffer, which the statement
// keeps.
static bool
fetch_long(struct statement *s, unsigned i)
{
	struct cell *cell = &s->cells[i];
	MYSQL_BIND *bind = &s->binds[i];
	char *room = realloc(cell->data.text, cell->len + 1);

	if (!room)
		return false;
	cell->data.text = room;
	cell->room = bind->buffer_length = cell->len + 1;
	bind->buffer = room;
	return mysql_stmt_fetch_column(s->handle, bind, i, 0) == 0;
}

static bool
take_row(struct statement *s, bool *ret_rebind)
{
	for (unsigned i = 0; i < s->columns; i++) {
		struct cell *cell = &s->cells[i];
		struct value *v = &s->values[i];

		*v = (struct value){.kind = VALUE_NULL};
		if (cell->null)
			continue;
		switch (s->binds[i].buffer_type) {
		case MYSQL_TYPE_LONGLONG:
			*v = (struct value){.kind = VALUE_INT, .number = cell->data.number};
			break;
		case MYSQL_TYPE_DATE:
		case MYSQL_TYPE_DATETIME:
			*v = (struct value){.kind = VALUE_TEXT, .text = cell->formatted,
				.len = format_time(cell->formatted, &cell->data.time,
					s->binds[i].buffer_type == MYSQL_TYPE_DATE)};
			break;
		default:
			if (cell->len > cell->room) {
				if (!fetch_long(s, i))
					return false;
				*ret_rebind = true;
			}
			*v = (struct value){.kind = VALUE_TEXT, .text = cell->data.text, .len = cell->len};
		}
	}
	return true;
}

enum db_status
db_select(struct db *db, const char *sql, const struct value *params, size_t n,
	void (*row)(void *context, const struct value *values), void *context)
{
	enum db_status failure;
	struct statement *s = start(db, sql, params, n, &failure);
	int more = 0;

	if (!s)
		return failure;
	while ((more = mysql_stmt_fetch(s->handle)) == 0 || more == MYSQL_DATA_TRUNCATED) {
		bool rebind = false;

		if (!take_row(s, &rebind)) {
			mysql_stmt_free_result(s->handle);
			return db_fail_memory(db);
		}
		row(context, s->values);
		if (rebind && mysql_stmt_bind_result(s->handle, s->binds) != 0)
			break;
	}
	if (more != MYSQL_NO_DATA)
		return fail_statement(db, s);
	mysql_stmt_free_result(s->handle);
	return DB_OK;
}

static void
take_number(void *context, const struct value *values)
{
	if (values[0].kind == VALUE_INT)
		*(int64_t *)context = values[0].number;
}

enum db_status
db_select_number(struct db *db, const char *sql, const struct value *params, size_t n, int64_t *ret_number)
{
	*ret_number = 0;
	return db_select(db, sql, params, n, take_number, ret_number);
}
