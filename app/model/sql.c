// Every name is quoted, so that a column can have the name of a keyword, such as `type`.

#include "model/sql.h"

#include <string.h>

// Comparisons ignore case and accents: a search for jose finds José, and an email address is unique
// in any case. MySQL and MariaDB both have this collation, and unlike utf8mb4_unicode_ci, it
// distinguishes emoji.
#define TEXT_TYPE "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci"

static size_t
longest_choice(const struct column *c)
{
	size_t longest = 1;

	for (const char *const *choice = c->choices; *choice; choice++)
		if (strlen(*choice) > longest)
			longest = strlen(*choice);
	return longest;
}

static void
add_definition(struct text *out, const struct column *c)
{
	text_printf(out, "`%s` ", c->name);
	switch (c->type) {
	case COLUMN_TEXT:
	case COLUMN_DIGITS:
	case COLUMN_EMAIL:
		text_printf(out, "VARCHAR(%u) " TEXT_TYPE, c->max);
		break;
	case COLUMN_CHOICE:
		text_printf(out, "VARCHAR(%zu) " TEXT_TYPE, longest_choice(c));
		break;
	case COLUMN_DECIMAL:
		text_printf(out, "DECIMAL(%u,%u)", c->max, c->decimals);
		break;
	case COLUMN_DATE:
		text_puts(out, "DATE");
		break;
	case COLUMN_BOOL:
		text_puts(out, "BOOLEAN");
		break;
	case COLUMN_REFERENCE:
	case COLUMN_ID:
		text_puts(out, "BIGINT");
		break;
	case COLUMN_TIME:
		text_puts(out, "DATETIME(3)");
		break;
	}
	text_puts(out, c->flags & REQUIRED || c->def ? " NOT NULL" : " NULL");
	// defaults come from the table of entities: words and numbers
	if (c->def)
		text_printf(out, c->type == COLUMN_BOOL ? " DEFAULT %s" : " DEFAULT '%s'", c->def);
}

// A foreign key creates its own index.
static void
add_keys(struct text *out, const struct entity *e, const struct column *c, const char *before)
{
	if (c->type == COLUMN_REFERENCE)
		text_printf(out, "%sCONSTRAINT `%s_%s` FOREIGN KEY (`%s`) REFERENCES `%s` (`id`) ON DELETE RESTRICT ON UPDATE RESTRICT",
			before, e->name, c->name, c->name, c->references);
	else if (c->flags & UNIQUE)
		text_printf(out, "%sUNIQUE KEY `%s` (`%s`)", before, c->name, c->name);
	else if (c->flags & (FILTER | SORT) && c->type != COLUMN_BOOL)
		text_printf(out, "%sKEY `%s` (`%s`)", before, c->name, c->name);
}

void
sql_create(struct text *out, const struct entity *e, unsigned until)
{
	text_printf(out, "CREATE TABLE IF NOT EXISTS `%s` (`id` BIGINT NOT NULL AUTO_INCREMENT, ", e->name);
	for (size_t i = 0; i < e->n; i++)
		if (e->columns[i].since <= until) {
			add_definition(out, &e->columns[i]);
			text_puts(out, ", ");
		}
	text_puts(out, "`created_at` DATETIME(3) NOT NULL, `updated_at` DATETIME(3) NOT NULL, `version` BIGINT NOT NULL DEFAULT 1, "
		       "PRIMARY KEY (`id`)");
	for (size_t i = 0; i < e->n; i++)
		if (e->columns[i].since <= until)
			add_keys(out, e, &e->columns[i], ", ");
	text_puts(out, ") ENGINE=InnoDB " TEXT_TYPE);
}

void
sql_add_column(struct text *out, const struct entity *e, const struct column *c)
{
	text_printf(out, "ALTER TABLE `%s` ADD COLUMN ", e->name);
	add_definition(out, c);
	add_keys(out, e, c, ", ADD ");
}

static void
add_select(struct text *out, const struct entity *e)
{
	text_puts(out, "SELECT `id`, ");
	for (size_t i = 0; i < e->n; i++)
		text_printf(out, "`%s`, ", e->columns[i].name);
	text_printf(out, "`created_at`, `updated_at`, `version` FROM `%s`", e->name);
}

void
sql_get(struct text *out, const struct entity *e, size_t rows)
{
	add_select(out, e);
	text_puts(out, rows == 1 ? " WHERE `id` = ?" : " WHERE `id` IN (?");
	for (size_t i = 1; i < rows; i++)
		text_puts(out, ", ?");
	text_puts(out, rows == 1 ? "" : ")");
}

void
sql_find(struct text *out, const struct entity *e, const struct column *c)
{
	text_printf(out, "SELECT `id` FROM `%s` WHERE `%s` = ? LIMIT 1", e->name, c->name);
}

void
sql_insert(struct text *out, const struct entity *e, size_t rows)
{
	text_printf(out, "INSERT INTO `%s` (", e->name);
	for (size_t i = 0; i < e->n; i++)
		text_printf(out, "`%s`, ", e->columns[i].name);
	text_puts(out, "`created_at`, `updated_at`) VALUES ");
	for (size_t row = 0; row < rows; row++) {
		text_puts(out, row ? ", (" : "(");
		for (size_t i = 0; i < e->n; i++)
			text_puts(out, "?, ");
		text_puts(out, "?, ?)");
	}
}

void
sql_update(struct text *out, const struct entity *e)
{
	text_printf(out, "UPDATE `%s` SET ", e->name);
	for (size_t i = 0; i < e->n; i++)
		text_printf(out, "`%s` = ?, ", e->columns[i].name);
	text_puts(out, "`updated_at` = ?, `version` = `version` + 1 WHERE `id` = ? AND `version` = ?");
}

static void
add_case(struct text *out, const char *column, size_t rows)
{
	text_printf(out, "`%s` = CASE `id`", column);
	for (size_t i = 0; i < rows; i++)
		text_puts(out, " WHEN ? THEN ?");
	text_puts(out, " END, ");
}

void
sql_update_many(struct text *out, const struct entity *e, size_t rows)
{
	text_printf(out, "UPDATE `%s` SET ", e->name);
	for (size_t i = 0; i < e->n; i++)
		add_case(out, e->columns[i].name, rows);
	add_case(out, "updated_at", rows);
	text_puts(out, "`version` = `version` + 1 WHERE ");
	for (size_t i = 0; i < rows; i++)
		text_puts(out, i ? " OR (`id` = ? AND `version` = ?)" : "(`id` = ? AND `version` = ?)");
}

void
sql_remove(struct text *out, const struct entity *e, bool with_version)
{
	text_printf(out, "DELETE FROM `%s` WHERE `id` = ?%s", e->name, with_version ? " AND `version` = ?" : "");
}

// A WHERE clause under construction: `with` goes before its next part.
struct where {
	struct text *out;
	const char *with;
	struct value *params;
	size_t n;
};

static void
add_part(struct where *w)
{
	text_puts(w->out, w->with);
	w->with = " AND ";
}

// One for each filter and each searched column, and those of the path, the cursor and the limit.
_Static_assert(1 + FILTERS_MAX + WORDS_MAX * COLUMNS_MAX + 3 + 1 <= PARAMS_MAX, "add_param must drop nothing");

static void
add_param(struct where *w, const struct value *value)
{
	if (w->n < PARAMS_MAX)
		w->params[w->n++] = *value;
}

// The column without the punctuation that a search ignores.
static void
add_plain(struct text *out, const struct column *c)
{
	for (const char *const *i = search_ignored; *i; i++)
		text_puts(out, "REPLACE(");
	text_printf(out, "`%s`", c->name);
	for (const char *const *i = search_ignored; *i; i++)
		text_printf(out, ", '%s', '')", strcmp(*i, "'") == 0 ? "''" : *i);
}

// At least one column must contain the word.
static void
add_word(struct where *w, const struct entity *e, const struct word *word)
{
	const char *before = "(";

	add_part(w);
	for (const struct column *c = e->columns; c < e->columns + e->n; c++) {
		const struct value *pattern = &word->exact;

		if (c->type == COLUMN_DIGITS)
			pattern = &word->digits;
		else if (c->type == COLUMN_TEXT && word->plain.kind != VALUE_NULL)
			pattern = &word->plain;
		if (!(c->flags & SEARCH) || pattern->kind == VALUE_NULL)
			continue;
		text_puts(w->out, before);
		if (pattern == &word->plain)
			add_plain(w->out, c);
		else
			text_printf(w->out, "`%s`", c->name);
		text_puts(w->out, " LIKE ? ESCAPE '|'");
		add_param(w, pattern);
		before = " OR ";
	}
	text_puts(w->out, *before == '(' ? "(FALSE)" : ")");
}

static void
add_filters(struct where *w, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id)
{
	static const char *const comparisons[] = {[COMPARE_EQUAL] = "= ?", [COMPARE_FROM] = ">= ?", [COMPARE_TO] = "<= ?", [COMPARE_NULL] = "IS NULL"};

	if (by) {
		add_part(w);
		text_printf(w->out, "`%s` = ?", by->name);
		add_param(w, &(struct value){.kind = VALUE_INT, .number = by_id});
	}
	for (size_t i = 0; i < q->filters_n; i++) {
		const struct filter *f = &q->filters[i];

		add_part(w);
		text_printf(w->out, "`%s` %s", f->column->name, comparisons[f->comparison]);
		if (f->comparison != COMPARE_NULL)
			add_param(w, &f->value);
	}
	for (size_t i = 0; i < q->words_n; i++)
		add_word(w, e, &q->words[i]);
}

// The rows after the cursor. NULL sorts before every value, and so comes last in descending order.
static void
add_cursor(struct where *w, const struct query *q)
{
	const char *name = q->sort->name, *than = q->descending ? "<" : ">";
	struct value id = {.kind = VALUE_INT, .number = q->after};

	if (!q->after)
		return;
	add_part(w);
	if (q->sort == &column_id) {
		text_printf(w->out, "`id` %s ?", than);
	} else if (q->after_value.kind == VALUE_NULL) {
		text_printf(w->out, q->descending ? "(`%s` IS NULL AND `id` < ?)" : "(`%s` IS NOT NULL OR `id` > ?)", name);
	} else {
		text_printf(w->out, "(`%s` %s ? OR (`%s` = ? AND `id` %s ?)", name, than, name, than);
		if (q->descending && !(q->sort->flags & REQUIRED))
			text_printf(w->out, " OR `%s` IS NULL", name);
		text_putc(w->out, ')');
		add_param(w, &q->after_value);
		add_param(w, &q->after_value);
	}
	add_param(w, &id);
}

void
sql_list(struct text *out, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id,
	struct value ret_params[PARAMS_MAX], size_t *ret_n)
{
	struct where w = {.out = out, .with = " WHERE ", .params = ret_params};
	const char *way = q->descending ? " DESC" : "";

	add_select(out, e);
	add_filters(&w, e, q, by, by_id);
	add_cursor(&w, q);
	text_puts(out, " ORDER BY ");
	if (q->sort != &column_id)
		text_printf(out, "`%s`%s, ", q->sort->name, way);
	text_printf(out, "`id`%s LIMIT ?", way);
	add_param(&w, &(struct value){.kind = VALUE_INT, .number = q->limit + 1});
	*ret_n = w.n;
}

void
sql_count(struct text *out, const struct entity *e, const struct query *q, const struct column *by, int64_t by_id,
	struct value ret_params[PARAMS_MAX], size_t *ret_n)
{
	struct where w = {.out = out, .with = " WHERE ", .params = ret_params};

	text_printf(out, "SELECT COUNT(*) FROM `%s`", e->name);
	add_filters(&w, e, q, by, by_id);
	*ret_n = w.n;
}
