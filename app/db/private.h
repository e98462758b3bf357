// Shared by the files that implement db.h. Only they include <mysql.h>.
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H

#include <mysql.h>
#include <pthread.h>

#include "db/db.h"
#include "db/secret.h"

enum { STATEMENTS_MAX = 64, ERROR_SIZE = 600, CULPRIT_SIZE = 80, UUID_SIZE = 37 };

struct cell {
	union {
		long long number;
		MYSQL_TIME time;
		char *text;
	} data;
	char formatted[32];
	unsigned long len, room;
	my_bool null, cut;
};

struct statement {
	char *sql;
	MYSQL_STMT *handle;
	uint64_t used; // the count of statements at its last use
	unsigned columns;
	struct cell *cells;
	MYSQL_BIND *binds;
	struct value *values;
};

struct session {
	int64_t id;
	uint64_t since; // clock_monotonic()
	char server[UUID_SIZE]; // of MySQL: what it calls itself; "": none
};

struct db {
	const struct db_options *options;
	MYSQL *mysql; // NULL: not connected
	bool broken;  // of no use any more, and not closed yet
	pthread_mutex_t lock;
	int socket; // a duplicate of the library's descriptor, under the lock; -1: not connected
	uint8_t secret[SECRET_HASH_SIZE]; // of the secret of the last db_connect
	uint64_t deadline;		  // clock_monotonic(); 0: none
	int64_t step;			  // from one id to the next: auto_increment_increment
	struct session session;
	struct session abandoned; // whose connection broke while it may have executed a statement
	unsigned killed;
	bool unlimited; // see db_set_unlimited
	struct statement statements[STATEMENTS_MAX];
	uint64_t count;
	bool sent;
	char error[ERROR_SIZE];
	char culprit[CULPRIT_SIZE];
};

// Records an error of the client library or the server, and marks a connection that cannot be used
// any more as broken.
enum db_status db_fail(struct db *db, unsigned code, const char *message);
enum db_status db_fail_memory(struct db *db);
// Fails if the deadline is over.
enum db_status db_check_time(struct db *db);

// Sets what every statement relies on and reads it back. On failure, db_error names each variable
// that the server did not take.
enum db_status session_begin(struct db *db);
// The connection broke; the server may still be executing its statement.
void session_abandon(struct db *db);
// Over a new connection, ends the abandoned session if there is one.
void session_end_abandoned(struct db *db);

// Frees a statement; sends nothing if the connection is closed.
void db_drop_statement(struct statement *s);

#endif
