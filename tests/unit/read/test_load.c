// What a load file and the figures of the command line come to, and where a wrong one is reported.

#include "../fixture.h"
#include "read/load.h"

#define HEADER "minute,requests_per_second\n"

static const struct source *
csv(struct ctx *c, const char *text)
{
	return source_of(c, "load.csv", text, strlen(text));
}

static const char *
requests_of(struct ctx *c, const struct load *load)
{
	const char *all = "";

	for (size_t i = 0; i < load->minutes; i++)
		all = arena_printf(c->arena, "%s%s%ld", all, *all ? " " : "", load->requests[i]);
	return all;
}

static void
files_are_read(void **state)
{
	static const struct {
		const char *text, *requests;
	} cases[] = {
		{HEADER "0,12.5\n1,40\n2,0\n", "750 2400 0"},
		{HEADER "0,1", "60"},
		{"\xef\xbb\xbf" HEADER "0,1\n", "60"},
		{"minute,requests_per_second\r\n0,1\r\n\r\n1,2\r\n", "60 120"},
		{"# a comment\n\n" HEADER "# another, with a comma\n0,1\n\n1,1\n", "60 60"},
		{HEADER "0,0.008\n1,0.009\n2,10000000\n", "0 1 600000000"},
		{HEADER "0,000000001.500\n", "90"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ctx c = ctx_new();
		struct load load;
		assert_true(load_read(&c, csv(&c, cases[i].text), &load));
		ROW_EQUAL(i, requests_of(&c, &load), cases[i].requests);
		arena_free(c.arena);
	}
}

// The first error of each, with its place.
static void
files_are_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "1:1 no minute of load"},
		{HEADER, "1:1 no minute of load"},
		{"0,1\n", "1:1 '0,1' is not the line 'minute,requests_per_second'"},
		{"minute;requests_per_second\n", "1:1 'minute;requests_per_second' is not the line 'minute,requests_per_second'"},
		{HEADER "1,5\n", "2:1 the first minute is 1, expected 0"},
		{HEADER "0,5\n2,5\n", "3:1 minute 2 follows minute 0: every minute needs a row"},
		{HEADER "0,5\n1,5\n1,6\n", "4:1 minute 1 follows minute 1, expected 2"},
		{HEADER "0,5\n1,5\n0,6\n", "4:1 minute 0 follows minute 1, expected 2"},
		{HEADER "0,5,6\n", "2:1 '0,5,6' is not a minute and a rate"},
		{HEADER "0\n", "2:1 '0' is not a minute and a rate"},
		{HEADER "0,\n", "2:1 the rate '' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER ",1\n", "2:1 the minute '' is not a whole number"},
		{HEADER "0.5,1\n", "2:1 the minute '0.5' is not a whole number"},
		{HEADER "-1,1\n", "2:1 the minute '-1' is not a whole number"},
		{HEADER "9999999999,1\n", "2:1 the minute '9999999999' is not a whole number"},
		{HEADER "0,-1\n", "2:3 the rate '-1' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,nan\n", "2:3 the rate 'nan' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,inf\n", "2:3 the rate 'inf' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,1e3\n", "2:3 the rate '1e3' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,0x1\n", "2:3 the rate '0x1' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0, 1\n", "2:3 the rate ' 1' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,1.\n", "2:3 the rate '1.' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,.5\n", "2:3 the rate '.5' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,1.0000\n", "2:3 the rate '1.0000' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,10000000.001\n",
		 "2:3 the rate '10000000.001' is not a number from 0 to 10000000 with at most three decimals"},
		{HEADER "0,\"1\"\n", "2:3 the rate '\"1\"' is not a number from 0 to 10000000 with at most three decimals"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ctx c = ctx_new();
		struct load load = {.what = "untouched"};
		assert_false(load_read(&c, csv(&c, cases[i].text), &load));
		assert_string_equal(load.what, "untouched");
		diags_finish(c.diags, true);
		const struct diag *d = c.diags->list[0];
		struct place at = source_place(d->span.src, d->span.off);
		ROW_EQUAL(i, arena_printf(c.arena, "%zu:%zu %s", at.line, at.column, d->text), cases[i].error);
		assert_string_equal(d->id, "invalid-load");
		arena_free(c.arena);
	}
}

// Every wrong row is reported, once: what follows a gap is compared with what came after it.
static void
all_rows_are_reported(void **state)
{
	struct ctx c = ctx_new();
	struct load load;

	(void)state;
	assert_false(load_read(&c, csv(&c, HEADER "0,x\n2,1\n3,1\n4,-\n4,1\n5,1\n"), &load));
	assert_int_equal(c.diags->errors, 4);
	arena_free(c.arena);
}

static char *
minutes(struct ctx *c, int n)
{
	struct buf text = {0};

	buf_puts(&text, HEADER);
	for (int i = 0; i < n; i++)
		buf_printf(&text, "%d,1\n", i);
	char *copy = arena_strndup(c->arena, buf_str(&text), text.len);
	buf_free(&text);
	return copy;
}

static void
a_month_is_the_most(void **state)
{
	struct ctx c = ctx_new();
	struct load load;

	(void)state;
	assert_true(load_read(&c, csv(&c, minutes(&c, 44640)), &load));
	assert_int_equal(load.minutes, 44640);
	assert_false(load_read(&c, csv(&c, minutes(&c, 44700)), &load));
	assert_int_equal(c.diags->errors, 1);
	diags_finish(c.diags, true);
	assert_string_equal(c.diags->list[0]->text, "more than 44640 minutes");
	assert_int_equal(source_place(c.diags->list[0]->span.src, c.diags->list[0]->span.off).line, 44642);
	arena_free(c.arena);
}

static void
peaks_rise_and_fall(void **state)
{
	struct ctx c = ctx_new();
	struct load load;

	(void)state;
	assert_true(load_peak(&c, "60", "2m", &load));
	assert_string_equal(requests_of(&c, &load), "600 1200 1800 2400 3000 3600 3600 3000 2400 1800 1200 600");
	assert_true(load_users(&c, "120", "1s-3s", "1m", &load));
	assert_string_equal(requests_of(&c, &load), "600 1200 1800 2400 3000 3600 3000 2400 1800 1200 600");
	assert_true(load_users(&c, "5", "2s", "1m", &load));
	assert_int_equal(load.requests[5], 150);
	assert_true(load_peak(&c, "10000000", "44630m", &load));
	assert_int_equal(load.minutes, LOAD_MINUTES);
	assert_int_equal(load.requests[LOAD_RAMP], 600000000);
	arena_free(c.arena);
}

static void
figures_are_refused(void **state)
{
	static const struct {
		const char *peak, *users, *think, *lasting, *id;
	} cases[] = {
		{.peak = "0", .lasting = "30m", .id = "out-of-range"},
		{.peak = "-5", .lasting = "30m", .id = "out-of-range"},
		{.peak = "10000001", .lasting = "30m", .id = "out-of-range"},
		{.peak = "many", .lasting = "30m", .id = "wrong-type"},
		{.peak = "1e3", .lasting = "30m", .id = "yaml-trap"},
		{.peak = "", .lasting = "30m", .id = "wrong-type"},
		{.peak = "5", .lasting = "30", .id = "missing-unit"},
		{.peak = "5", .lasting = "90s", .id = "out-of-range"},
		{.peak = "5", .lasting = "0m", .id = "out-of-range"},
		{.peak = "5", .lasting = "745h", .id = "out-of-range"},
		{.users = "0", .think = "1s", .lasting = "5m", .id = "out-of-range"},
		{.users = "5", .think = "0s", .lasting = "5m", .id = "out-of-range"},
		{.users = "5", .think = "3s-1s", .lasting = "5m", .id = "invalid-load"},
		{.users = "5", .think = "1s-", .lasting = "5m", .id = "wrong-type"},
		{.users = "5", .think = "1s-2s-3s", .lasting = "5m", .id = "wrong-type"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ctx c = ctx_new();
		struct load load;
		bool good = cases[i].peak ? load_peak(&c, cases[i].peak, cases[i].lasting, &load)
					  : load_users(&c, cases[i].users, cases[i].think, cases[i].lasting, &load);
		assert_false(good);
		diags_finish(c.diags, true);
		ROW_EQUAL(i, c.diags->list[0]->id, cases[i].id);
		assert_int_equal(c.diags->n, 1);
		arena_free(c.arena);
	}
}

static void
cpu_is_in_milliseconds(void **state)
{
	static const struct {
		const char *text;
		long us; // 0: refused
	} cases[] = {
		{"1", 1000}, {"0.25", 250}, {"0.001", 1}, {"10000", 10000000}, {"0", 0}, {"0.0001", 0}, {"10000.001", 0}, {"-1", 0},
		{"nan", 0}, {"1e3", 0}, {"", 0}, {"99999999999999999999", 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ctx c = ctx_new();
		long us = 0;
		bool good = load_cpu(&c, cases[i].text, &us);
		if (good != (cases[i].us > 0) || us != cases[i].us || (c.diags->errors > 0) == good)
			fail_msg("row %zu: %ld", i, us);
		arena_free(c.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(files_are_refused),
		cmocka_unit_test(all_rows_are_reported),
		cmocka_unit_test(a_month_is_the_most),
		cmocka_unit_test(peaks_rise_and_fall),
		cmocka_unit_test(figures_are_refused),
		cmocka_unit_test(cpu_is_in_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
