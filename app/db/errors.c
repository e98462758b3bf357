// What an error means for the caller, and whether the connection survives it. This file closes
// nothing: it marks a broken connection, and connection.c closes it.

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "db/private.h"

// MySQL's number for what MariaDB calls ER_STATEMENT_TIMEOUT.
enum { MYSQL_QUERY_TIMEOUT = 3024 };
// Of both servers: a file could not be written.
enum { EE_WRITE = 3 };

// Takes the name after the last `mark`, up to the quote, without the part before a point.
static void
take_culprit(struct db *db, const char *mark, char quote)
{
	const char *s = NULL;

	// the last one, since a value quoted earlier in the message may contain anything
	for (const char *next = db->error; (next = strstr(next, mark)); s = next)
		next += strlen(mark);
	const char *end = s ? strchr(s, quote) : NULL;
	if (!end)
		return;
	for (const char *p = s; p < end; p++)
		if (*p == '.')
			s = p + 1;
	snprintf(db->culprit, sizeof db->culprit, "%.*s", (int)(end - s), s);
}

static void
take_table(struct db *db)
{
	const char *s = strstr(db->error, "fails (");

	// (`schema`.`table`, CONSTRAINT ...
	s = s ? strstr(s, ".`") : NULL;
	const char *end = s ? strchr(s + 2, '`') : NULL;
	snprintf(db->culprit, sizeof db->culprit, "%.*s", end ? (int)(end - s - 2) : 0, end ? s + 2 : "");
}

// An error that the server sent means that the statement was not executed.
static enum db_status
fail_server(struct db *db, unsigned code)
{
	db->sent = false;
	switch (code) {
	case ER_DUP_ENTRY:
		take_culprit(db, "for key '", '\'');
		return DB_DUPLICATE;
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
		take_culprit(db, "FOREIGN KEY (`", '`');
		return DB_DANGLING;
	case ER_ROW_IS_REFERENCED:
	case ER_ROW_IS_REFERENCED_2:
		take_table(db);
		return DB_REFERENCED;
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_LOCK_DEADLOCK:
	case ER_QUERY_INTERRUPTED:
		return DB_BUSY;
	case ER_STATEMENT_TIMEOUT:
	case MYSQL_QUERY_TIMEOUT:
		return DB_LATE;
	case ER_DISK_FULL:
	case ER_ERROR_ON_WRITE:
	case ER_GET_ERRNO: // of the storage engine; 28 among others
	case ER_RECORD_FILE_FULL:
	case EE_WRITE:
		return DB_FULL;
	case ER_ACCESS_DENIED_ERROR:
	case ER_ACCESS_DENIED_NO_PASSWORD_ERROR: // MariaDB: the user logs in by other means
		db->broken = true;
		return DB_DENIED;
	case ER_SERVER_SHUTDOWN:
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_OPTION_PREVENTS_STATEMENT: // read-only: after a failover, this server is the standby
	case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
	case ER_UNKNOWN_STMT_HANDLER:
	case ER_NEED_REPREPARE:
	case ER_CONNECTION_KILLED:
		db->broken = true;
		return DB_LOST;
	case ER_WARN_DATA_OUT_OF_RANGE:
	case ER_TRUNCATED_WRONG_VALUE:
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
	case ER_DATA_TOO_LONG:
		// the server's message quotes personal data, which the log must not contain
		snprintf(db->error, sizeof db->error, "%u: a value does not fit its column", code);
		return DB_FAILED;
	default:
		return DB_FAILED;
	}
}

enum db_status
db_fail(struct db *db, unsigned code, const char *message)
{
	snprintf(db->error, sizeof db->error, "%u: %s", code, message);
	*db->culprit = '\0';
	if (code < CR_MIN_ERROR || code > CR_MAX_ERROR)
		return fail_server(db, code);
	if (code == CR_OUT_OF_MEMORY)
		return DB_MEMORY;
	if (db->mysql && !db->unlimited)
		session_abandon(db);
	db->broken = true;
	return DB_LOST;
}

enum db_status
db_check_time(struct db *db)
{
	if (!db->deadline || clock_monotonic() < db->deadline)
		return DB_OK;
	snprintf(db->error, sizeof db->error, "the time for this request is over");
	return DB_LATE;
}

enum db_status
db_fail_memory(struct db *db)
{
	return db_fail(db, CR_OUT_OF_MEMORY, "out of memory");
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

const char *
db_culprit(const struct db *db)
{
	return db->culprit;
}

bool
db_was_sent(const struct db *db)
{
	return db->sent;
}
