// One connection to the database and the statements prepared on it. A connection belongs to one
// thread. There is no automatic reconnection: it would silently lose the session's settings and
// every prepared statement.
#ifndef DB_H
#define DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct text;
struct value;

// Seconds that a statement waits for a lock; the server ends a statement after timeout - 1 seconds.
// So the server gives up first, and a wait for a lock costs no connection.
#define DB_LOCK_SECONDS 1
#define DB_TIMEOUT_MIN 3

struct db_options {
	const char *host; // a name, an address, or the path of a socket
	unsigned port;
	const char *name;	 // of the schema; "": none
	const char *user;	 // unless the secret names one
	const char *secret_file; // "": no password
	const char *ca_file;	 // "": no TLS, allowed only if db_is_local(host)
	unsigned timeout;	 // seconds to connect, to read, to write; at least DB_TIMEOUT_MIN
};

enum db_status {
	DB_OK,
	DB_DUPLICATE,  // another row has this value of a UNIQUE column; db_culprit names the key
	DB_DANGLING,   // a reference to a missing row; db_culprit names the column
	DB_REFERENCED, // other rows refer to this one; db_culprit names their table
	DB_BUSY,       // a lock timeout or a deadlock: nothing was changed, try again
	DB_LATE,       // the time for the statement or for the whole job is over: nothing was changed
	DB_FULL,       // the server cannot write, mostly because its disk is full: nothing was changed
	DB_LOST,       // the connection is broken; db_was_sent reports whether the statement may have been executed
	DB_DENIED,     // the user or the password was refused
	DB_MEMORY,     // this process ran out of memory
	DB_FAILED,     // anything else; db_error describes it, for the log only
};

// Call once, before the first thread is created.
bool db_library_init(void);
// Call in every thread that uses a connection, at its start and its end.
void db_thread_init(void);
void db_thread_end(void);

// Is this an address of this machine, or a socket?
bool db_is_local(const char *host);

// Not connected yet. The options must outlive it. NULL: out of memory.
struct db *db_new(const struct db_options *options);
void db_free(struct db *db);
// Closes the connection if there is one, and opens a new one with the current content of the secret
// file. On failure, db_error gives the reason.
enum db_status db_connect(struct db *db);
void db_close(struct db *db);
// Does the file hold another secret than the one that the last db_connect used?
bool db_secret_changed(const struct db *db);
// Connected, and the server has not closed the connection?
bool db_is_alive(struct db *db);
bool db_ping(struct db *db);
// From any thread: whatever the connection waits for fails at once.
void db_interrupt(struct db *db);
// Statements that would start after this time (clock_monotonic) fail with DB_LATE; 0: no limit.
void db_set_deadline(struct db *db, uint64_t when);
// For changes of the schema, which may take long: the server does not end a statement because of its
// time, and it finishes one whose connection breaks. Ends with the connection, or with `on` false.
enum db_status db_set_unlimited(struct db *db, bool on);
// Statements that outlived their connection and were ended over a new one, since the last call.
unsigned db_take_killed(struct db *db);

struct db_outcome {
	uint64_t affected; // rows that an UPDATE found, changed or not
	uint64_t id;	   // that an INSERT assigned, to the first of its rows
	uint64_t step;	   // from the id of one row of an INSERT to that of the next
};

// Executes a statement without a result. The connection prepares sql once and keeps the most
// recently used statements. ret_outcome may be NULL.
enum db_status db_execute(
	struct db *db, const char *sql, const struct value *params, size_t n, struct db_outcome *ret_outcome);
// Executes a statement with a result and calls `row` for each row; its values are valid during that
// call. Dates and times are text in their JSON form. `row` must not use this connection.
enum db_status db_select(struct db *db, const char *sql, const struct value *params, size_t n,
	void (*row)(void *context, const struct value *values), void *context);
// Selects one number; 0 if it is NULL or there is no row.
enum db_status db_select_number(
	struct db *db, const char *sql, const struct value *params, size_t n, int64_t *ret_number);
// Executes START TRANSACTION, COMMIT and other statements that cannot be prepared.
enum db_status db_command(struct db *db, const char *sql);
// Ends the transaction. If that fails or the deadline is over, closes the connection, which ends it
// too: no transaction may stay open.
void db_roll_back(struct db *db);

// Adds a string literal with its quotes, for the few statements that take no parameters.
void db_quote(struct db *db, struct text *out, const char *s);

// About the last failure, until the next call.
const char *db_error(const struct db *db);
const char *db_culprit(const struct db *db);
bool db_was_sent(const struct db *db);

#endif
