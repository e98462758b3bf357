// Opening and closing connections.
//
// db_interrupt comes from another thread. The library closes its descriptor whenever it finds the
// connection dead, and the kernel may give the number to another file at once; so db_interrupt uses
// a duplicate, which only db_close closes, under the lock.

#include "db/db.h"

#include <arpa/inet.h>
#include <errmsg.h>
#include <fcntl.h>
#include <mysql.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "db/private.h"
#include "db/secret.h"

// The login method of MySQL 8 and later. Two connections that load the plugin at the same time both
// fail, so it is loaded here. If it is not installed, connections to such a server fail with a
// message that names it.
static const char login_plugin[] = "caching_sha2_password";
// MYSQL_CLIENT_AUTHENTICATION_PLUGIN. The header that defines it includes one that Debian 12 does
// not install.
enum { AUTHENTICATION_PLUGIN = 2 };

bool
db_library_init(void)
{
	if (mysql_library_init(0, NULL, NULL) != 0)
		return false;
	MYSQL *unconnected = mysql_init(NULL);
	if (!unconnected)
		return false;
	mysql_client_find_plugin(unconnected, login_plugin, AUTHENTICATION_PLUGIN);
	mysql_close(unconnected);
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

	if (db && pthread_mutex_init(&db->lock, NULL) != 0) {
		free(db);
		return NULL;
	}
	if (db) {
		db->options = options;
		db->socket = -1;
	}
	return db;
}

// The descriptor that db_interrupt may use; -1: none. Closes the one before.
static void
set_socket(struct db *db, int fd)
{
	pthread_mutex_lock(&db->lock);
	if (db->socket >= 0)
		close(db->socket);
	db->socket = fd;
	pthread_mutex_unlock(&db->lock);
}

void
db_close(struct db *db)
{
	set_socket(db, -1);
	// before its statements, so that closing them sends nothing and waits for nothing
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
	db->broken = db->unlimited = false;
	for (size_t i = 0; i < STATEMENTS_MAX; i++)
		db_drop_statement(&db->statements[i]);
}

void
db_free(struct db *db)
{
	if (!db)
		return;
	db_close(db);
	pthread_mutex_destroy(&db->lock);
	free(db);
}

// With a CA file, the connection uses TLS and verifies the server's name, or it fails. That takes
// both options: one of them alone lets an unencrypted connection through.
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

enum db_status
db_connect(struct db *db)
{
	const struct db_options *o = db->options;
	struct secret secret;
	int on = 1;

	db_close(db);
	db->sent = false;
	enum db_status status = db_check_time(db);
	if (status != DB_OK)
		return status;
	if (!secret_read(o->secret_file, o->user, &secret, db->error, sizeof db->error))
		return DB_DENIED;
	secret_hash(&secret, db->secret);
	MYSQL *m = mysql_init(NULL);
	if (!m) {
		secret_clear(&secret);
		return db_fail_memory(db);
	}
	set_options(m, o);
	bool socket = *o->host == '/';
	bool ok = mysql_real_connect(m, socket ? NULL : o->host, secret.user, secret.password,
			  *o->name ? o->name : NULL, o->port, socket ? o->host : NULL, CLIENT_FOUND_ROWS) != NULL;
	secret_clear(&secret);
	status = ok ? DB_OK : db_fail(db, mysql_errno(m), mysql_error(m));
	if (ok && *o->ca_file && !socket && !mysql_get_ssl_cipher(m))
		status = db_fail(db, CR_SSL_CONNECTION_ERROR, "the connection is not encrypted");
	if (status != DB_OK) {
		mysql_close(m);
		return status;
	}
	db->mysql = m;
	setsockopt((int)mysql_get_socket(m), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	// without descriptors left, db_interrupt has no effect and the timeouts end what it would
	// have ended
	set_socket(db, fcntl((int)mysql_get_socket(m), F_DUPFD_CLOEXEC, 0));
	status = session_begin(db);
	if (status == DB_OK)
		session_end_abandoned(db);
	return status;
}

bool
db_secret_changed(const struct db *db)
{
	struct secret secret;
	uint8_t hash[SECRET_HASH_SIZE];
	char why[300];
	bool changed = false;

	if (secret_read(db->options->secret_file, db->options->user, &secret, why, sizeof why)) {
		secret_hash(&secret, hash);
		changed = memcmp(hash, db->secret, sizeof hash) != 0;
	}
	secret_clear(&secret);
	return changed;
}

bool
db_is_alive(struct db *db)
{
	if (!db->mysql || db->broken)
		return false;
	struct pollfd p = {.fd = (int)mysql_get_socket(db->mysql), .events = POLLIN};

	// between statements, the server sends nothing unless it closes the connection
	return p.fd >= 0 && poll(&p, 1, 0) == 0;
}

bool
db_ping(struct db *db)
{
	if (!db->mysql || db->broken)
		return false;
	if (mysql_ping(db->mysql) == 0)
		return true;
	db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql));
	return false;
}

void
db_interrupt(struct db *db)
{
	pthread_mutex_lock(&db->lock);
	if (db->socket >= 0)
		shutdown(db->socket, SHUT_RDWR);
	pthread_mutex_unlock(&db->lock);
}

void
db_set_deadline(struct db *db, uint64_t when)
{
	db->deadline = when;
}

unsigned
db_take_killed(struct db *db)
{
	unsigned killed = db->killed;

	db->killed = 0;
	return killed;
}

enum db_status
db_command(struct db *db, const char *sql)
{
	db->sent = false;
	if (!db->mysql || db->broken)
		return DB_LOST;
	enum db_status status = db_check_time(db);
	if (status != DB_OK)
		return status;
	db->sent = true;
	if (mysql_real_query(db->mysql, sql, strlen(sql)) == 0)
		return DB_OK;
	return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql));
}

void
db_roll_back(struct db *db)
{
	bool sent = db->sent; // of the statement that failed

	if (db_command(db, "ROLLBACK") != DB_OK)
		db_close(db);
	db->sent = sent;
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
