// These statements cannot be prepared. Only this file builds SQL from values; each goes through
// db_quote.

#include "db/users.h"

#include <string.h>

#include "base/text.h"
#include "db/secret.h"
#include "db/value.h"

// In MySQL with partial_revokes = ON, GRANT takes the name of a schema as it is. Elsewhere it is a
// pattern. SHOW, since to select a variable that a server does not have is an error.
static void
take_partial_revokes(void *context, const struct value *values)
{
	*(bool *)context = values[1].kind == VALUE_TEXT && values[1].len == 2 && memcmp(values[1].text, "ON", 2) == 0;
}

static enum db_status
read_literal(struct db *admin, bool *ret_literal)
{
	*ret_literal = false;
	return db_select(admin, "SHOW GLOBAL VARIABLES LIKE 'partial\\_revokes'", NULL, 0, take_partial_revokes, ret_literal);
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
run(struct db *db, struct text *sql)
{
	enum db_status status = sql->failed ? DB_MEMORY : db_command(db, sql->s);

	if (sql->s)
		explicit_bzero(sql->s, sql->room); // it may contain a password
	text_free(sql);
	return status;
}

static enum db_status
set_password(struct db *db, const char *verb, const struct secret *user, bool tls)
{
	struct text sql = {0};

	text_puts(&sql, verb);
	db_quote(db, &sql, user->user);
	text_puts(&sql, "@'%' IDENTIFIED BY ");
	db_quote(db, &sql, user->password);
	text_puts(&sql, tls ? " REQUIRE SSL" : " REQUIRE NONE");
	return run(db, &sql);
}

enum db_status
users_create(struct db *admin, const char *schema, const struct secret *user, bool tls)
{
	struct text sql = {0};
	bool literal;
	enum db_status status = set_password(admin, "CREATE USER IF NOT EXISTS ", user, tls);

	if (status == DB_OK)
		status = set_password(admin, "ALTER USER ", user, tls);
	if (status == DB_OK)
		status = read_literal(admin, &literal);
	if (status != DB_OK)
		return status;
	text_puts(&sql, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON ");
	add_schema(&sql, schema, literal);
	text_puts(&sql, ".* TO ");
	db_quote(admin, &sql, user->user);
	text_puts(&sql, "@'%'");
	return run(admin, &sql);
}
