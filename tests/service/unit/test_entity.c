// The table of entities: the rules for its rows, and the statements that follow from it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/entity.h"
#include "model/problems.h"
#include "model/record.h"
#include "model/sql.h"

// The entity of this name; NULL if there is none.
static const struct entity *
find(const char *name)
{
	for (const struct entity *e = entities; e < entities + entities_n; e++)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

static void
check_column(const struct entity *e, const struct column *c)
{
	char number[NUMBER_SIZE], expected[160];
	struct value v;

	print_message("%s.%s\n", e->name, c->name);
	assert_true(strlen(c->name) > 0 && strlen(c->label) > 0 && strlen(c->doc) > 0);
	assert_ptr_equal(entity_column(e, c->name, strlen(c->name)), c);
	if (c->type == COLUMN_CHOICE)
		assert_non_null(c->choices);
	if (c->type == COLUMN_REFERENCE)
		assert_non_null(find(c->references));
	if (c->def)
		assert_null(record_parse(c, c->def, strlen(c->def), number, &v, expected));
	assert_false(c->def && c->flags & REQUIRED);
	// a search finds only text
	assert_false(c->flags & SEARCH && c->type != COLUMN_TEXT && c->type != COLUMN_DIGITS && c->type != COLUMN_EMAIL);
	// existing rows have no value for a column that is added later
	if (c->since > e->since)
		assert_true(c->def || !(c->flags & REQUIRED));
}

static void
test_table(void **state)
{
	(void)state;
	for (const struct entity *e = entities; e < entities + entities_n; e++) {
		assert_true(e->n > 0 && e->n <= COLUMNS_MAX);
		assert_true(e->since >= 1 && strlen(e->doc) > 0 && e->label[0]);
		for (size_t i = 0; e->label[i]; i++)
			assert_non_null(entity_column(e, e->label[i], strlen(e->label[i])));
		for (size_t i = 0; i < e->n; i++)
			check_column(e, &e->columns[i]);
	}
	for (size_t i = 0; i < home_counts_n; i++)
		assert_non_null(find(home_counts[i].entity));
}

static void
test_statements(void **state)
{
	const struct entity *plans = find("plans"), *subscriptions = find("subscriptions");
	struct text t = {0};

	(void)state;
	sql_get(&t, plans, 1);
	assert_string_equal(t.s, "SELECT `id`, `name`, `type`, `price`, `created_at`, `updated_at`, `version` FROM `plans` WHERE `id` = ?");
	text_clear(&t);
	sql_insert(&t, plans, 1);
	assert_string_equal(t.s, "INSERT INTO `plans` (`name`, `type`, `price`, `created_at`, `updated_at`) VALUES (?, ?, ?, ?, ?)");
	text_clear(&t);
	sql_update(&t, plans);
	assert_string_equal(t.s, "UPDATE `plans` SET `name` = ?, `type` = ?, `price` = ?, `updated_at` = ?, `version` = `version` + 1 WHERE "
				 "`id` = ? AND `version` = ?");
	text_clear(&t);
	sql_remove(&t, plans, true);
	assert_string_equal(t.s, "DELETE FROM `plans` WHERE `id` = ? AND `version` = ?");
	text_clear(&t);
	sql_add_column(&t, subscriptions, entity_column(subscriptions, "active", 6));
	assert_string_equal(t.s, "ALTER TABLE `subscriptions` ADD COLUMN `active` BOOLEAN NOT NULL DEFAULT true");
	text_clear(&t);
	sql_add_column(&t, subscriptions, entity_column(subscriptions, "end_date", 8));
	assert_string_equal(t.s, "ALTER TABLE `subscriptions` ADD COLUMN `end_date` DATE NULL, ADD KEY `end_date` (`end_date`)");
	text_free(&t);
}

// A query, the rest of its statement after FROM `subscriptions`, and the parameters.
static const struct {
	const char *query, *sql, *params;
} lists[] = {
	{"", " ORDER BY `id` LIMIT ?", "51"},
	{"limit=3&sort=-id&after=9", " WHERE `id` < ? ORDER BY `id` DESC LIMIT ?", "9 4"},
	{"active=true&member_id=5", " WHERE `active` = ? AND `member_id` = ? ORDER BY `id` LIMIT ?", "1 5 51"},
	{"end_date=", " WHERE `end_date` IS NULL ORDER BY `id` LIMIT ?", "51"},
	{"end_date_from=2026-01-01&end_date_to=2026-02-01", " WHERE `end_date` >= ? AND `end_date` <= ? ORDER BY `id` LIMIT ?",
		"2026-01-01 2026-02-01 51"},
	{"sort=start_date&after=7,2026-01-01",
		" WHERE (`start_date` > ? OR (`start_date` = ? AND `id` > ?)) ORDER BY `start_date`, `id` LIMIT ?",
		"2026-01-01 2026-01-01 7 51"},
	{"sort=-end_date&after=7,2026-01-01",
		" WHERE (`end_date` < ? OR (`end_date` = ? AND `id` < ?) OR `end_date` IS NULL) ORDER BY `end_date` DESC, `id` DESC LIMIT ?",
		"2026-01-01 2026-01-01 7 51"},
	{"sort=end_date&after=7", " WHERE (`end_date` IS NOT NULL OR `id` > ?) ORDER BY `end_date`, `id` LIMIT ?", "7 51"},
	{"sort=-end_date&after=7", " WHERE (`end_date` IS NULL AND `id` < ?) ORDER BY `end_date` DESC, `id` DESC LIMIT ?", "7 51"},
};

static void
test_lists(void **state)
{
	const struct entity *e = find("subscriptions");

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct text sql = {0}, all = {0};
		struct value params[PARAMS_MAX];
		struct problems problems = {0};
		struct query q;
		size_t n;

		print_message("%s\n", lists[i].query);
		assert_true(query_read(e, NULL, lists[i].query, &problems, &q));
		sql_list(&sql, e, &q, NULL, 0, params, &n);
		for (size_t k = 0; k < n; k++) {
			if (k)
				text_putc(&all, ' ');
			if (params[k].kind == VALUE_INT)
				text_int(&all, params[k].number);
			else
				text_add(&all, params[k].text, params[k].len);
		}
		assert_string_equal(strstr(sql.s, "FROM `subscriptions`") + strlen("FROM `subscriptions`"), lists[i].sql);
		assert_string_equal(all.s, lists[i].params);
		query_free(&q);
		text_free(&sql);
		text_free(&all);
	}
}

// A query, its wrong parameter, and the code of the problem.
static const struct {
	const char *query, *field, *code;
} wrong[] = {
	{"limit=0", "limit", "invalid"},
	{"limit=201", "limit", "invalid"},
	{"limit=", "limit", "invalid"},
	{"limit=+5", "limit", "invalid"},
	{"sort=email", "sort", "invalid"},
	{"sort=", "sort", "invalid"},
	{"sort=--id", "sort", "invalid"},
	{"after=0", "after", "invalid"},
	{"after=5,x", "after", "invalid"},
	{"sort=name&after=5", "after", "invalid"},
	{"sort=name&after=5,", "after", "invalid"},
	{"count=yes", "count", "invalid"},
	{"nome=x", "nome", "unknown"},
	{"created_at=x", "created_at", "unknown"},
	{"name_from=x", "name_from", "unknown"},
	{"name=", "name", "invalid"},
	{"name=%41%4", "", "encoding"},
	{"name=%c3%28", "", "encoding"},
	{"name=%00", "", "encoding"},
	{"name=a&name=b", "name", "repeated"},
	{"q=a+b+c+d+e", "q", "invalid"},
};

static void
test_wrong_queries(void **state)
{
	const struct entity *e = find("members");
	char want[200];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct problems problems = {0};
		struct query q;

		print_message("%s\n", wrong[i].query);
		assert_false(query_read(e, NULL, wrong[i].query, &problems, &q));
		assert_int_equal(problems.n, 1);
		snprintf(want, sizeof want, "{\"field\":\"%s\",\"code\":\"%s\",", wrong[i].field, wrong[i].code);
		assert_memory_equal(problems.json.s, want, strlen(want));
		problems_free(&problems);
		query_free(&q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_statements), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_wrong_queries)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
