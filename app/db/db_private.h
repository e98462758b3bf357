// What the files that make up db.h share: they alone include <mysql.h>.
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H

#include <mysql.h>
#include <stdatomic.h>

#include "db/db.h"

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
	uint64_t used; // when, counted in statements
	unsigned columns;
	struct cell *cells;
	MYSQL_BIND *binds;
	struct value *values;
};

struct db {
	const struct db_options *options;
	MYSQL *mysql; // NULL: not connected
	atomic_int socket;
	struct statement statements[STATEMENTS_MAX];
	uint64_t count;
	bool sent;
	char error[ERROR_SIZE];
	char culprit[CULPRIT_SIZE];
};

// Notes an error of the client library or the server; a connection that is of no use any more is closed.
enum db_status db_fail(struct db *db, unsigned code, const char *message);
enum db_status db_fail_memory(struct db *db);
void db_drop_statement(struct statement *s);

#endif
