// Each DDL statement commits by itself, so a migration may stop halfway. Every step can therefore
// be repeated, and the migration's number is stored after its last step.

#include "model/migrate.h"

#include <string.h>

#include "base/text.h"
#include "db/value.h"
#include "model/entity.h"
#include "model/sql.h"

static const char create_versions[] =
	"CREATE TABLE IF NOT EXISTS `schema_migrations` (`version` INT NOT NULL, `applied_at` TIMESTAMP NOT NULL DEFAULT "
	"CURRENT_TIMESTAMP, PRIMARY KEY (`version`)) ENGINE=InnoDB";
static const char create_keys[] =
	"CREATE TABLE IF NOT EXISTS `idempotency_keys` (`scope` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
	"`key` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `fingerprint` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin "
	"NOT NULL, `status` INT NOT NULL, `location` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `body` MEDIUMTEXT "
	"CHARACTER SET utf8mb4 NOT NULL, `created_at` DATETIME(3) NOT NULL, PRIMARY KEY (`scope`, `key`), "
	"KEY `created_at` (`created_at`)) ENGINE=InnoDB";

// The number of the last migration; 0: none.
static enum db_status
read_version(struct db *db, int64_t *ret_version)
{
	int64_t tables;
	struct value name = value_string("schema_migrations");
	enum db_status status = db_select_number(db,
		"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?", &name, 1, &tables);

	*ret_version = 0;
	if (status != DB_OK || tables == 0)
		return status;
	return db_select_number(db, "SELECT MAX(`version`) FROM `schema_migrations`", NULL, 0, ret_version);
}

static enum db_status
add_column(struct db *db, const struct entity *e, const struct column *c)
{
	const struct value names[] = {value_string(e->name), value_string(c->name)};
	int64_t there;
	struct text sql = {0};
	enum db_status status = db_select_number(db,
		"SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?",
		names, 2, &there);

	if (status != DB_OK || there)
		return status;
	sql_add_column(&sql, e, c);
	status = sql.failed ? DB_MEMORY : db_command(db, sql.s);
	text_free(&sql);
	return status;
}

static enum db_status
apply(struct db *db, unsigned version)
{
	enum db_status status = DB_OK;

	if (version == 1)
		status = db_command(db, create_keys);
	for (const struct entity *e = entities; status == DB_OK && e < entities + entities_n; e++) {
		if (e->since == version) {
			struct text sql = {0};

			sql_create(&sql, e, version);
			status = sql.failed ? DB_MEMORY : db_command(db, sql.s);
			text_free(&sql);
		}
		for (size_t i = 0; status == DB_OK && e->since < version && i < e->n; i++)
			if (e->columns[i].since == version)
				status = add_column(db, e, &e->columns[i]);
	}
	if (status != DB_OK)
		return status;
	struct value number = {.kind = VALUE_INT, .number = version};
	return db_execute(db, "INSERT INTO `schema_migrations` (`version`) VALUES (?)", &number, 1, NULL);
}

static enum db_status
apply_missing(struct db *db, unsigned *ret_applied)
{
	int64_t version;
	enum db_status status = db_command(db, create_versions);

	if (status == DB_OK)
		status = read_version(db, &version); // again: another instance may have migrated meanwhile
	while (status == DB_OK && version < entity_schema_version()) {
		status = apply(db, (unsigned)++version);
		*ret_applied += status == DB_OK;
	}
	return status;
}

enum db_status
migrate_run(struct db *db, unsigned *ret_applied)
{
	int64_t version, got;
	// a lock belongs to the whole server, so its name contains the schema's
	static const char lock[] = "SELECT GET_LOCK(CONCAT('crudd.', LEFT(SHA2(DATABASE(), 256), 20)), ?)";
	static const char unlock[] = "SELECT RELEASE_LOCK(CONCAT('crudd.', LEFT(SHA2(DATABASE(), 256), 20)))";

	*ret_applied = 0;
	enum db_status status = read_version(db, &version);
	if (status != DB_OK || version >= entity_schema_version())
		return status;
	struct value seconds = {.kind = VALUE_INT, .number = DB_LOCK_SECONDS};
	status = db_select_number(db, lock, &seconds, 1, &got);
	if (status != DB_OK || got != 1)
		return status == DB_OK ? DB_BUSY : status;
	status = db_set_unlimited(db, true);
	if (status == DB_OK)
		status = apply_missing(db, ret_applied);
	enum db_status limited = db_set_unlimited(db, false), unlocked = db_select_number(db, unlock, NULL, 0, &got);
	return status != DB_OK ? status : limited != DB_OK ? limited : unlocked;
}
