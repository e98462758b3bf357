// Every instance of the service runs this after its secret has changed, each at its own time. The
// first one finds that the server refuses the new password, and sets it. Since 8.0.14, MySQL can
// keep two passwords for a user: the previous one stays valid until every instance has fetched the
// new one. The other instances find that the server accepts the new password, and set nothing:
// setting it again would replace the previous password. A later call discards the previous one.
// mysql.user stores all of this, so any instance can finish what another one began. The
// administrator needs the privilege CREATE USER, as for any ALTER USER; the administrator of RDS has
// it. If the server refuses, nothing has changed.
//
// MariaDB and MySQL 5.7 have one password for each user. There, a rotation needs a secret with
// another user name: no connection is refused, because the previous user stays valid until an
// operator drops it.
//
// Most of these statements cannot be prepared. Only this file builds SQL from values; each goes
// through db_quote.

#include "db/users.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "db/private.h"
#include "db/secret.h"
#include "db/value.h"

// What differs between servers.
struct server {
	bool two_passwords;
	bool literal_schema; // GRANT takes the name of a schema as it is, not as a pattern
};

// What mysql.user holds, on a server with two passwords.
struct account {
	bool has_password;
	bool has_previous;
	int64_t age; // seconds since a password was last set
};

// ---- questions

// MySQL has the variable since 8.0.16. Where it is ON, GRANT knows no wildcards.
static void
take_partial_revokes(void *context, const struct value *values)
{
	struct server *server = context;

	server->two_passwords = true;
	server->literal_schema = values[1].kind == VALUE_TEXT && values[1].len == 2 && memcmp(values[1].text, "ON", 2) == 0;
}

// SHOW, since to select a variable that a server does not have is an error.
static enum db_status
ask_server(struct db *admin, struct server *ret_server)
{
	*ret_server = (struct server){0};
	return db_select(
		admin, "SHOW GLOBAL VARIABLES LIKE 'partial\\_revokes'", NULL, 0, take_partial_revokes, ret_server);
}

static void
take_account(void *context, const struct value *values)
{
	*(struct account *)context = (struct account){
		.has_password = values[0].number != 0, .has_previous = values[1].number != 0, .age = values[2].number};
}

static enum db_status
read_account(struct db *admin, const struct server *server, const struct secret *user, struct account *ret_account)
{
	const struct value name = {.kind = VALUE_TEXT, .text = user->user, .len = strlen(user->user)};

	*ret_account = (struct account){0};
	if (!server->two_passwords)
		return DB_OK;
	return db_select(admin,
		"SELECT authentication_string <> '', "
		"IFNULL(JSON_CONTAINS_PATH(User_attributes, 'one', '$.additional_password'), 0), "
		"IFNULL(TIMESTAMPDIFF(SECOND, password_last_changed, NOW()), 0) FROM mysql.user WHERE User = ? AND Host = '%'",
		&name, 1, take_account, ret_account);
}

// Does the server accept the secret? The schema is left out: the user may have no privileges yet.
static enum db_status
log_in(struct db *admin, const struct db_options *own, bool *ret_accepted)
{
	struct db_options options = *own;

	options.name = "";
	struct db *db = db_new(&options);
	if (!db)
		return db_fail_memory(admin);
	enum db_status status = db_connect(db);
	*ret_accepted = status == DB_OK;
	if (status == DB_DENIED)
		status = DB_OK;
	if (status != DB_OK)
		snprintf(admin->error, sizeof admin->error, "login of the service's user: %s", db_error(db));
	db_free(db);
	return status;
}

// ---- statements

static enum db_status
run(struct db *db, struct text *sql)
{
	enum db_status status = sql->failed ? DB_MEMORY : db_command(db, sql->s);

	if (sql->s)
		explicit_bzero(sql->s, sql->room); // it may contain a password
	text_free(sql);
	return status;
}

static void
add_user(struct db *admin, struct text *sql, const struct secret *user)
{
	db_quote(admin, sql, user->user);
	text_puts(sql, "@'%'");
}

static void
add_password(struct db *admin, struct text *sql, const struct secret *user)
{
	text_puts(sql, " IDENTIFIED BY ");
	db_quote(admin, sql, user->password);
}

static enum db_status
set_password(struct db *admin, const struct secret *user, bool retain)
{
	struct text sql = {0};

	text_puts(&sql, "ALTER USER ");
	add_user(admin, &sql, user);
	add_password(admin, &sql, user);
	text_puts(&sql, retain ? " RETAIN CURRENT PASSWORD" : "");
	return run(admin, &sql);
}

static enum db_status
discard_previous(struct db *admin, const struct secret *user)
{
	struct text sql = {0};

	text_puts(&sql, "ALTER USER ");
	add_user(admin, &sql, user);
	text_puts(&sql, " DISCARD OLD PASSWORD");
	return run(admin, &sql);
}

static const char *
requirement(bool tls)
{
	return tls ? " REQUIRE SSL" : " REQUIRE NONE";
}

static enum db_status
create(struct db *admin, const struct secret *user, bool tls)
{
	struct text sql = {0};

	text_puts(&sql, "CREATE USER IF NOT EXISTS ");
	add_user(admin, &sql, user);
	add_password(admin, &sql, user);
	text_puts(&sql, requirement(tls));
	return run(admin, &sql);
}

static enum db_status
require_tls(struct db *admin, const struct secret *user, bool tls)
{
	struct text sql = {0};

	text_puts(&sql, "ALTER USER ");
	add_user(admin, &sql, user);
	text_puts(&sql, requirement(tls));
	return run(admin, &sql);
}

// Where the name of a schema is a pattern, its wildcards _ and % are escaped.
static void
add_schema(struct text *sql, const char *schema, bool literal)
{
	text_putc(sql, '`');
	for (const char *s = schema; *s; s++) {
		if (!literal && (*s == '_' || *s == '%'))
			text_putc(sql, '\\');
		if (*s == '`')
			text_putc(sql, '`');
		text_putc(sql, *s);
	}
	text_putc(sql, '`');
}

static enum db_status
grant(struct db *admin, const struct secret *user, const char *schema, const struct server *server)
{
	struct text sql = {0};

	text_puts(&sql, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON ");
	add_schema(&sql, schema, server->literal_schema);
	text_puts(&sql, ".* TO ");
	add_user(admin, &sql, user);
	return run(admin, &sql);
}

// ---- the order of things

// After this, the server accepts the secret.
static enum db_status
update_password(struct db *admin, const struct db_options *own, const struct secret *user, const struct server *server)
{
	struct account account;
	bool accepted = false;
	enum db_status status = read_account(admin, server, user, &account);

	if (status == DB_OK)
		status = log_in(admin, own, &accepted);
	if (status == DB_OK && accepted && account.has_previous && account.age >= USERS_KEEP_SECONDS) {
		status = discard_previous(admin, user);
		// That was the secret's own if the secret has been changed back since: it is set again
		// at once.
		if (status == DB_OK)
			status = log_in(admin, own, &accepted);
	}
	if (status != DB_OK || accepted)
		return status;
	// an empty password cannot be one of two
	return set_password(admin, user, account.has_password && *user->password);
}

static int64_t
max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static enum db_status
update(struct db *admin, const struct db_options *own, const struct secret *user, int64_t *ret_left)
{
	struct server server;
	struct account account;
	enum db_status status = ask_server(admin, &server);

	// first, since a server may refuse a user that it does not know with any kind of error
	if (status == DB_OK)
		status = create(admin, user, *own->ca_file);
	if (status == DB_OK)
		status = update_password(admin, own, user, &server);
	if (status == DB_OK)
		status = require_tls(admin, user, *own->ca_file);
	if (status == DB_OK)
		status = grant(admin, user, own->name, &server);
	if (status == DB_OK)
		status = read_account(admin, &server, user, &account);
	if (status == DB_OK)
		*ret_left = account.has_previous ? max(USERS_KEEP_SECONDS - account.age, 1) : 0;
	return status;
}

enum db_status
users_create(struct db *admin, const struct db_options *own, const struct secret *user, int64_t *ret_left)
{
	// Two instances that both find the password refused must not both set it.
	static const char lock[] = "SELECT GET_LOCK(CONCAT('crudd.user.', LEFT(SHA2(?, 256), 20)), ?)";
	static const char unlock[] = "SELECT RELEASE_LOCK(CONCAT('crudd.user.', LEFT(SHA2(?, 256), 20)))";
	const struct value params[] = {{.kind = VALUE_TEXT, .text = user->user, .len = strlen(user->user)},
		{.kind = VALUE_INT, .number = DB_LOCK_SECONDS}};
	int64_t got;
	enum db_status status = db_select_number(admin, lock, params, 2, &got);

	if (status != DB_OK || got != 1)
		return status == DB_OK ? DB_BUSY : status;
	status = update(admin, own, user, ret_left);
	// after a failure, the lock ends with the connection; releasing it would hide the error
	return status == DB_OK ? db_select_number(admin, unlock, params, 1, &got) : status;
}
