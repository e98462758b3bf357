// Cells of the tables, and the figures derived from them.

#include "../fixture.h"
#include "facts/data.h"
#include "facts/facts.h"

static void
cells(void **state)
{
	static const struct {
		const char *table, *first, *second, *column, *want;
	} rows[] = {
		{"regions.csv", "us-east-1", NULL, "az_letters", "abcdef"},
		{"regions.csv", "us-east-1", NULL, "no such column", ""},
		{"limits.csv", "security_group.name", NULL, "note", "not beginning with sg-; unique in the VPC, case-insensitive"},
		{"limits.csv", "iam.role.name", NULL, "pattern_or_values", "^[A-Za-z0-9_+=,.@-]+$"},
		{"limits.csv", "rds.password.mysql", NULL, "pattern_or_values", "printable ASCII without / \" @"},
		{"rds_mysql_versions.csv", "mysql", "8.4", "end_standard", "2029-07-31"},
		{"prices.csv", "nat", "nat-hour", "unit", "hour"},
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct table t = data_table(rows[i].table);
		struct row row;
		if (!data_find(&t, rows[i].first, rows[i].second, &row))
			fail_msg("row %zu: not found", i);
		ROW_EQUAL(i, data_cell(&c, &t, &row, rows[i].column), rows[i].want);
	}
	struct table t = data_table("regions.csv");
	struct row row;
	assert_false(data_find(&t, "us-east", NULL, &row));
	// What is remembered of a look-up: the same again, a column of the same name as a row, a name of any length.
	for (int round = 0; round < 2; round++) {
		assert_true(data_find(&t, "us-east-1", NULL, &row));
		assert_string_equal(data_cell(&c, &t, &row, "us-east-1"), "");
		assert_string_equal(data_cell(&c, &t, &row, "region"), "us-east-1");
		assert_false(data_find(&t, "us-east-1-but-much-longer-than-any-name-that-is-remembered", NULL, &row));
		assert_false(data_find(&t, arena_printf(c.arena, "%0500d", 1), "x", &row));
		assert_string_equal(data_cell(&c, &t, &row, arena_printf(c.arena, "%0500d", 1)), "");
	}
	assert_false(data_find(&t, "", NULL, &row));
	arena_free(c.arena);
}

static void
figures(void **state)
{
	struct ctx c = ctx_new();
	struct version_facts v;
	struct instance_facts f;
	const char *letters;

	(void)state;
	// Measured: about 66 connections at 1 GiB, about 150 at 2 GiB (aws.md P10).
	assert_in_range(derive_max_connections(1024), 60, 66);
	assert_in_range(derive_max_connections(2048), 145, 150);
	assert_int_equal(fact_quota("quota.elastic_ips_per_region"), 5);
	assert_int_equal(derive_layout("abc").public_newbits, 3);
	assert_int_equal(derive_layout("acd").slots, 4);
	assert_int_equal(derive_layout("abcdef").slots, 8);
	assert_int_equal(fact_class_runs(&c, "db.t3.micro", "8.4"), FIT_YES);
	assert_int_equal(fact_class_runs(&c, "db.t2.micro", "8.4"), FIT_NO);
	assert_int_equal(fact_class_runs(&c, "db.t4g.micro", "9.7"), FIT_UNKNOWN);
	assert_true(fact_version(&c, "8.0.46", &v));
	assert_string_equal(v.major_status, "extended");
	assert_true(fact_instance(&c, "t4g.micro", &f));
	assert_true(f.arm64 && f.burstable && f.nitro);
	assert_true(fact_instance(&c, "t2.micro", &f));
	assert_false(f.nitro);
	assert_true(fact_offered(&c, "t3.micro", "eu-central-1", &letters));
	assert_string_equal(letters, "abc");
	assert_true(fact_offered(&c, "t3.micro", "mx-central-1", &letters));
	assert_null(letters);
	assert_false(fact_offered(&c, "a1.medium", "mx-central-1", &letters));
	arena_free(c.arena);
}

// The order in which prices.csv is sorted: by service, item and region.
static int
compare_rows(char *const *a, char *const *b)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(a[i], b[i]) != 0)
			return strcmp(a[i], b[i]);
	return 0;
}

// Every row of the file is found in the form in which tfgen carries it, and no other.
static void
prices(void **state)
{
	enum { SERVICE, ITEM, REGION, UNIT, USD, SOURCE, DATE, COLUMNS };
	FILE *file = fopen("gen/facts/prices.csv", "r");
	char lines[2][1000] = {""}, *rows[2][COLUMNS];
	struct ctx c = ctx_new();
	struct price p;
	size_t n = 0;

	(void)state;
	assert_non_null(file);
	for (char *line = lines[0]; fgets(line, sizeof lines[0], file);) {
		char **row = rows[n % 2], *rest = line;
		if (*line == '#' || strncmp(line, "service,", 8) == 0)
			continue;
		for (int i = 0; i < COLUMNS; i++)
			row[i] = strsep(&rest, ",");
		if (n && compare_rows(rows[(n + 1) % 2], row) >= 0)
			fail_msg("'%s,%s,%s' is not in the order of bytes", row[SERVICE], row[ITEM], row[REGION]);
		if (!fact_price(&c, row[SERVICE], row[ITEM], row[REGION], &p))
			fail_msg("'%s,%s,%s' is not found", row[SERVICE], row[ITEM], row[REGION]);
		assert_string_equal(p.usd, row[USD]);
		assert_string_equal(p.as_of, row[DATE]);
		assert_string_equal(p.unit, row[UNIT]);
		line = lines[++n % 2];
	}
	fclose(file);
	assert_in_range(n, 20000, 50000);
	assert_false(fact_price(&c, "ebs", "gp3", "ap-east-2", &p));
	assert_false(fact_price(&c, "ebs", "gp", "us-east-1", &p));
	assert_false(fact_price(&c, "ebs", "gp3", "us-east", &p));
	assert_false(fact_price(&c, "", "", "us-east-1", &p));
	assert_false(fact_price(&c, "zz", "z", "us-east-1", &p));
	assert_true(fact_price(&c, "ec2-cpu-credits", "t4g", "eu-west-3", &p));
	assert_string_equal(p.usd, "0.04");
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(prices),
		cmocka_unit_test(figures),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
