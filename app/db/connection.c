// Connections and their errors.

#include "db/db.h"

#include <arpa/inet.h>
#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "db/db_private.h"
#include "db/secret.h"
#include "base/text.h"

// How MySQL 8 and later log in. Connections that were the first to want the plugin at the same moment would trip over each other while it is
// loaded. Where it is not installed, only such a server is lost, and says so.
static const char login_plugin[] = "caching_sha2_password";
// MYSQL_CLIENT_AUTHENTICATION_PLUGIN, whose header includes one that Debian 12 does not install
enum { AUTHENTICATION_PLUGIN = 2 };

bool
db_library_init(void)
{
	if (mysql_library_init(0, NULL, NULL) != 0)
		return false;
	MYSQL *nobody = mysql_init(NULL);
	if (!nobody)
		return false;
	mysql_client_find_plugin(nobody, login_plugin, AUTHENTICATION_PLUGIN);
	mysql_close(nobody);
	return true;
}

void
db_thread_init(void)
{
	mysql_thread_init();
}

void
db_thread_end(void)
{
	mysql_thread_end();
}

bool
db_is_local(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (*host == '/' || strcmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

struct db *
db_new(const struct db_options *options)
{
	struct db *db = calloc(1, sizeof *db);

	if (db) {
		db->options = options;
		atomic_init(&db->socket, -1);
	}
	return db;
}

void
db_close(struct db *db)
{
	atomic_store(&db->socket, -1);
	// first, so that closing the statements sends nothing and waits for nothing
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
	for (size_t i = 0; i < STATEMENTS_MAX; i++)
		db_drop_statement(&db->statements[i]);
}

void
db_free(struct db *db)
{
	if (db)
		db_close(db);
	free(db);
}

// ---- errors

// What stands behind the last `mark`, up to the quote; what stands before a point in it is dropped.
static void
take_culprit(struct db *db, const char *mark, char quote)
{
	const char *s = NULL;

	// the last one, since a value quoted before it may hold anything
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

// An answer of the server, even a refusal, means that the statement was not carried out.
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
	case ER_ACCESS_DENIED_ERROR:
		db_close(db);
		return DB_DENIED;
	case ER_SERVER_SHUTDOWN:
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_OPTION_PREVENTS_STATEMENT: // read-only: what was the writer has become the standby
	case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
	case ER_UNKNOWN_STMT_HANDLER:
	case ER_NEED_REPREPARE:
	case ER_CONNECTION_KILLED:
		db_close(db);
		return DB_LOST;
	case ER_WARN_DATA_OUT_OF_RANGE:
	case ER_TRUNCATED_WRONG_VALUE:
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
	case ER_DATA_TOO_LONG:
		// the message quotes somebody's data, which no log may hold
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
	db_close(db);
	return DB_LOST;
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

// ---- connecting

// With a CA there is TLS, with a verified name, or there is no connection at all: only both options together fail closed.
static void
set_options(MYSQL *m, const struct db_options *o)
{
	static const my_bool yes = 1, no = 0;
	bool tls = *o->ca_file && *o->host != '/';
	unsigned protocol = *o->host == '/' ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;

	mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(m, MYSQL_OPT_PROTOCOL, &protocol);
	mysql_options(m, MYSQL_OPT_CONNECT_TIMEOUT, &o->timeout);
	mysql_options(m, MYSQL_OPT_READ_TIMEOUT, &o->timeout);
	mysql_options(m, MYSQL_OPT_WRITE_TIMEOUT, &o->timeout);
	mysql_options(m, MYSQL_OPT_RECONNECT, &no);
	if (tls)
		mysql_options(m, MYSQL_OPT_SSL_CA, o->ca_file);
	mysql_options(m, MYSQL_OPT_SSL_ENFORCE, tls ? &yes : &no);
	mysql_options(m, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, tls ? &yes : &no);
}

// What every session relies on. A value that does not fit is an error rather than something shorter; an INSERT waits for no other
// transaction longer than a caller would.
static const char session[] = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,"
			      "NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO', SESSION time_zone = '+00:00', "
			      "SESSION innodb_lock_wait_timeout = 2";

enum db_status
db_connect(struct db *db)
{
	const struct db_options *o = db->options;
	struct secret secret;
	int on = 1;

	db_close(db);
	db->sent = false;
	if (!secret_read(o->secret_file, o->user, &secret, db->error, sizeof db->error))
		return DB_DENIED;
	MYSQL *m = mysql_init(NULL);
	if (!m) {
		secret_clear(&secret);
		return db_fail_memory(db);
	}
	set_options(m, o);
	bool socket = *o->host == '/';
	bool ok = mysql_real_connect(m, socket ? NULL : o->host, secret.user,
			  secret.password, o->name, o->port, socket ? o->host : NULL, CLIENT_FOUND_ROWS) != NULL;
	secret_clear(&secret);
	enum db_status status = ok ? DB_OK : db_fail(db, mysql_errno(m), mysql_error(m));
	if (ok && *o->ca_file && !socket && !mysql_get_ssl_cipher(m))
		status = db_fail(db, CR_SSL_CONNECTION_ERROR, "the connection is not encrypted");
	if (status != DB_OK) {
		mysql_close(m);
		return status;
	}
	db->mysql = m;
	atomic_store(&db->socket, (int)mysql_get_socket(m));
	setsockopt((int)mysql_get_socket(m), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	status = db_command(db, session);
	return status == DB_OK ? db_command(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") : status;
}

bool
db_is_alive(struct db *db)
{
	struct pollfd p = {.fd = db->mysql ? atomic_load(&db->socket) : -1, .events = POLLIN};

	// between statements the server says nothing unless it says goodbye
	return p.fd >= 0 && poll(&p, 1, 0) == 0;
}

bool
db_ping(struct db *db)
{
	if (db->mysql && mysql_ping(db->mysql) == 0)
		return true;
	if (db->mysql)
		db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql));
	return false;
}

void
db_interrupt(struct db *db)
{
	int fd = atomic_load(&db->socket);

	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
}

enum db_status
db_command(struct db *db, const char *sql)
{
	db->sent = false;
	if (!db->mysql)
		return DB_LOST;
	db->sent = true;
	if (mysql_real_query(db->mysql, sql, strlen(sql)) == 0)
		return DB_OK;
	return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql));
}

void
db_quote(struct db *db, struct text *out, const char *s)
{
	size_t len = strlen(s);
	char *room = malloc(2 * len + 1);

	out->failed = out->failed || !room || !db->mysql;
	if (!out->failed) {
		text_putc(out, '\'');
		text_add(out, room, mysql_real_escape_string(db->mysql, room, s, len));
		text_putc(out, '\'');
	}
	free(room);
}
