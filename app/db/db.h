// One connection to the database and the statements prepared on it. A connection belongs to one thread; there is no automatic
// reconnection, since that would lose the session's settings and every prepared statement without a word.
#ifndef DB_H
#define DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct text;
struct value;

struct db_options {
	const char *host; // name, address, or path of a socket
	unsigned port;
	const char *name;
	const char *user;	 // unless the secret names one
	const char *secret_file; // "": no password
	const char *ca_file;	 // "": no TLS, which only db_is_local addresses may have
	unsigned timeout;	 // seconds to connect, to read, to write
};

enum db_status {
	DB_OK,
	DB_DUPLICATE,  // a UNIQUE value is taken; db_culprit names the key
	DB_DANGLING,   // a reference to nothing; db_culprit names the column
	DB_REFERENCED, // cannot be deleted; db_culprit names the table that refers to it
	DB_BUSY,       // a lock was not to be had, or a deadlock: nothing was done, try again
	DB_LOST,       // the connection is dead and closed; db_was_sent says whether the statement may have been carried out
	DB_DENIED,     // the user or password was refused
	DB_MEMORY,     // ours ran out
	DB_FAILED,     // anything else; db_error has it, for the log only
};

// Once, before the first thread is made.
bool db_library_init(void);
// In every thread that uses a connection, at its beginning and its end.
void db_thread_init(void);
void db_thread_end(void);

// Is this address one of this machine alone, or a socket?
bool db_is_local(const char *host);

// Not connected yet. The options must outlive it. NULL: out of memory.
struct db *db_new(const struct db_options *options);
void db_free(struct db *db);
// Closes what there is and connects anew, with the secret as its file holds it now. On failure db_error says why.
enum db_status db_connect(struct db *db);
void db_close(struct db *db);
// Connected, and nothing says that the other side has hung up?
bool db_is_alive(struct db *db);
bool db_ping(struct db *db);
// From any thread: what the connection waits for fails at once.
void db_interrupt(struct db *db);

struct db_outcome {
	uint64_t affected; // rows found by an UPDATE, changed or not
	uint64_t id;	   // given by an INSERT
};

// A statement without a result. sql is prepared once a connection and kept with the last used ones. ret_outcome may be NULL.
enum db_status db_execute(
	struct db *db, const char *sql, const struct value *params, size_t n, struct db_outcome *ret_outcome);
// A statement with a result: calls row for each, whose values are valid during that call. Dates and times come as text, in the form
// they have in JSON. It must not use this connection.
enum db_status db_select(struct db *db, const char *sql, const struct value *params, size_t n,
	void (*row)(void *context, const struct value *values), void *context);
// START TRANSACTION, COMMIT, ROLLBACK and the like: what cannot be prepared.
enum db_status db_command(struct db *db, const char *sql);

// Adds a text as a literal, with its quotes, for the few statements that take no parameters.
void db_quote(struct db *db, struct text *out, const char *s);

// About the last failure, until the next call.
const char *db_error(const struct db *db);
const char *db_culprit(const struct db *db);
bool db_was_sent(const struct db *db);

#endif
