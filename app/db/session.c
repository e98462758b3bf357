// What a session must look like before a statement of this service runs on it. A server's defaults
// come from its configuration (on RDS: from its parameter group) and from init_connect, and may
// differ from everything that the statements rely on: with autocommit off, for example, no row would
// ever be committed. So every variable that matters is set at connect and read back.
//
// Three limits form a chain: a wait for a lock ends first, then the server ends the statement, then
// the client stops waiting for the server, which costs the connection.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/private.h"
#include "db/value.h"

#define TEXT_OF(x) #x
#define AS_TEXT(x) TEXT_OF(x)

enum server { ANY, MYSQL_ONLY, MARIADB_ONLY };

// A session variable and its value, as SQL. The server writes it in the same form.
struct variable {
	const char *name, *value;
	enum server server;
};

static const struct variable variables[] = {
	{"character_set_client", "'utf8mb4'", ANY},
	{"character_set_results", "'utf8mb4'", ANY},
	{"character_set_connection", "'utf8mb4'", ANY},
	// a value that does not fit its column is an error instead of being truncated
	{"sql_mode",
		"'ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
		ANY},
	{"time_zone", "'+00:00'", ANY},
	// errors.c reads names from the server's messages
	{"lc_messages", "'en_US'", ANY},
	{"autocommit", "1", ANY},
	{"completion_type", "'NO_CHAIN'", ANY},
	{"transaction_isolation", "'READ-COMMITTED'", MYSQL_ONLY},
	{"tx_isolation", "'READ-COMMITTED'", MARIADB_ONLY},
	{"transaction_read_only", "0", MYSQL_ONLY},
	{"tx_read_only", "0", MARIADB_ONLY},
	{"foreign_key_checks", "1", ANY},
	{"unique_checks", "1", ANY},
	{"check_constraint_checks", "1", MARIADB_ONLY},
	{"sql_safe_updates", "0", ANY},
	{"sql_auto_is_null", "0", ANY},
	{"sql_select_limit", "18446744073709551615", ANY},
	{"max_join_size", "18446744073709551615", ANY},
	{"sql_big_selects", "1", ANY}, // after max_join_size, which resets it
	{"max_sort_length", "1024", ANY},
	{"innodb_lock_wait_timeout", AS_TEXT(DB_LOCK_SECONDS), ANY},
	{"lock_wait_timeout", AS_TEXT(DB_LOCK_SECONDS), ANY},
};

static bool
applies(const struct db *db, const struct variable *v)
{
	return v->server == ANY || (v->server == MARIADB_ONLY) == (bool)mariadb_connection(db->mysql);
}

// The limit of one statement. MySQL has one for SELECT alone, in milliseconds; there, locks are all
// that another statement can wait for.
static struct variable
statement_limit(const struct db *db, char *room, size_t size)
{
	bool mariadb = mariadb_connection(db->mysql);
	unsigned seconds = db->options->timeout - 1;

	snprintf(room, size, "%u", mariadb ? seconds : seconds * 1000);
	return (struct variable){mariadb ? "max_statement_time" : "max_execution_time", room, ANY};
}

static void
add_assignment(struct text *sql, const struct variable *v)
{
	text_printf(sql, "%sSESSION %s = %s", sql->len ? ", " : "SET ", v->name, v->value);
}

static void
add_comparison(struct text *sql, const struct variable *v)
{
	text_printf(sql, "%sIF(@@SESSION.%s <=> %s, NULL, CONCAT('%s is ', IFNULL(@@SESSION.%s, 'NULL'), ', expected ', %s))",
		sql->len ? ", " : "SELECT CONCAT_WS('; ', ", v->name, v->value, v->name, v->name, v->value);
}

static void
take_text(void *context, const struct value *row)
{
	struct text *t = context;

	text_add(t, row[0].text, row[0].len);
}

// Reads back what was set; *ret_wrong names each variable that the server did not take.
static enum db_status
compare(struct db *db, const struct variable *limit, struct text *ret_wrong)
{
	struct text sql = {0};

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		if (applies(db, &variables[i]))
			add_comparison(&sql, &variables[i]);
	add_comparison(&sql, limit);
	text_putc(&sql, ')');
	enum db_status status = sql.failed ? DB_MEMORY : db_select(db, sql.s, NULL, 0, take_text, ret_wrong);
	text_free(&sql);
	return status == DB_OK && ret_wrong->failed ? DB_MEMORY : status;
}

static enum db_status
assign_one(struct db *db, const struct variable *v)
{
	struct text sql = {0};

	add_assignment(&sql, v);
	enum db_status status = sql.failed ? DB_MEMORY : db_command(db, sql.s);
	text_free(&sql);
	return status;
}

// A refusal is not final: the server may have the value already.
static bool
is_final(enum db_status status)
{
	return status != DB_OK && status != DB_FAILED;
}

static enum db_status
assign(struct db *db, const struct variable *limit)
{
	struct text sql = {0};

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		if (applies(db, &variables[i]))
			add_assignment(&sql, &variables[i]);
	add_assignment(&sql, limit);
	enum db_status status = sql.failed ? DB_MEMORY : db_command(db, sql.s);
	text_free(&sql);
	if (status != DB_FAILED)
		return status;
	// one of them was refused, so one after the other
	for (size_t i = 0; !is_final(status) && i < sizeof variables / sizeof *variables; i++)
		if (applies(db, &variables[i]))
			status = assign_one(db, &variables[i]);
	if (!is_final(status))
		status = assign_one(db, limit);
	return is_final(status) ? status : DB_OK;
}

enum db_status
db_set_unlimited(struct db *db, bool on)
{
	char room[16];

	if (!db->mysql)
		return DB_LOST;
	struct variable limit = statement_limit(db, room, sizeof room);
	if (on)
		limit.value = "0";
	db->unlimited = on;
	return assign_one(db, &limit);
}

// ---- what identifies a session

static void
take_identity(void *context, const struct value *row)
{
	struct db *db = context;

	db->step = row[0].number;
	db->session.id = row[1].number;
	snprintf(db->session.server, sizeof db->session.server, "%.*s", (int)row[2].len, row[2].text);
}

static enum db_status
identify(struct db *db)
{
	db->session = (struct session){.since = clock_monotonic()};
	return db_select(db,
		mariadb_connection(db->mysql) ? "SELECT @@SESSION.auto_increment_increment, CONNECTION_ID(), ''"
					      : "SELECT @@SESSION.auto_increment_increment, CONNECTION_ID(), @@server_uuid",
		NULL, 0, take_identity, db);
}

enum db_status
session_begin(struct db *db)
{
	struct text wrong = {0};
	char room[16];
	const struct variable limit = statement_limit(db, room, sizeof room);
	enum db_status status = assign(db, &limit);

	if (status == DB_OK)
		status = compare(db, &limit, &wrong);
	if (status == DB_OK && wrong.len) {
		snprintf(db->error, sizeof db->error, "the session cannot be used: %.400s; change it in the server's configuration or parameter group",
			wrong.s);
		status = DB_FAILED;
	}
	text_free(&wrong);
	return status == DB_OK ? identify(db) : status;
}

void
session_abandon(struct db *db)
{
	db->abandoned = db->session;
}

static void
take_uptime(void *context, const struct value *row)
{
	// row[0] is the name
	*(int64_t *)context = row[1].text ? strtoll(row[1].text, NULL, 10) : 0;
}

// Is this the server of that session, and has it run since then? An id alone may belong to another
// session by now: the server counts from 1 after a restart, and after a failover the name leads to
// another server.
static enum db_status
is_same_server(struct db *db, const struct session *old, bool *ret_same)
{
	const uint64_t second = 1000000000;
	int64_t uptime = 0;
	enum db_status status = db_select(db, "SHOW GLOBAL STATUS LIKE 'Uptime'", NULL, 0, take_uptime, &uptime);

	*ret_same = strcmp(old->server, db->session.server) == 0 && (uint64_t)uptime >= (clock_monotonic() - old->since) / second;
	return status;
}

// MariaDB ends every statement by itself; MySQL only a SELECT.
void
session_end_abandoned(struct db *db)
{
	bool same;
	char sql[60];

	if (!*db->abandoned.server)
		return;
	if (is_same_server(db, &db->abandoned, &same) != DB_OK)
		return; // the connection broke: the next one tries again
	snprintf(sql, sizeof sql, "KILL %" PRId64, db->abandoned.id);
	// the session may have ended by itself
	if (same && db_command(db, sql) == DB_OK)
		db->killed++;
	*db->abandoned.server = '\0';
}
