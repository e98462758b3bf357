// Shared by the files that implement db.h. Only they include <mysql.h>.
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H

#include <mysql.h>
#include <pthread.h>

#include "db/db.h"
#include "db/secret.h"

enum { STATEMENTS_MAX = 48, ERROR_SIZE = 600, CULPRIT_SIZE = 80 };

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

struct db {
	const struct db_options *options;
	MYSQL *mysql; // NULL: not connected
	bool broken;  // of no use any more, and not closed yet
	pthread_mutex_t lock;
	int socket; // a duplicate of the library's descriptor, under the lock; -1: not connected
	uint8_t secret[SECRET_HASH_SIZE]; // of the secret of the last db_connect
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
// Frees a statement; sends nothing if the connection is closed.
void db_drop_statement(struct statement *s);

#endif
