// Amounts and quantities as texts, and the price of an hour.

#include "../fixture.h"
#include "facts/facts.h"
#include "read/cost.h"
#include "read/money.h"

static void
prints(void (*print)(int64_t, struct buf *), int64_t amount, const char *want)
{
	struct buf text = {0};

	print(amount, &text);
	if (strcmp(buf_str(&text), want) != 0)
		fail_msg("%lld is '%s', not '%s'", (long long)amount, buf_str(&text), want);
	buf_free(&text);
}

static void
amounts(void **state)
{
	static const struct {
		const char *decimal;
		int64_t amount;
	} rows[] = {
		{"0", 0}, {"1", 1000000000}, {"0.0104", 10400000}, {"12.5", 12500000000}, {"0.000000001", 1}, {"0.0000166667", 16666},
		{"1000000", 1000000000000000},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (money_parse(rows[i].decimal) != rows[i].amount)
			fail_msg("%s is %lld", rows[i].decimal, (long long)money_parse(rows[i].decimal));
	prints(money_print, 0, "0.00");
	prints(money_print, 1, "<0.01");
	prints(money_print, 4999999, "<0.01");
	prints(money_print, 5000000, "0.01");
	prints(money_print, 16425000000, "16.43");
	prints(money_print, 999995000000, "1000.00");
	prints(money_print, 9000000000000000000, "9000000000.00");
	prints(money_print_exact, 10400000, "0.0104");
	prints(money_print_exact, 3 * (int64_t)MONEY_DOLLAR, "3");
	prints(money_print_exact, 1, "0.000000001");
	prints(money_print_change, 0, "0.00");
	prints(money_print_change, -4999999, "0.00");
	prints(money_print_change, -13980000000, "-13.98");
	prints(money_print_change, 13980000000, "+13.98");
	prints(quantity_print, 0, "0");
	prints(quantity_print, 499, "<0.001");
	prints(quantity_print, 1460000000, "1460");
	prints(quantity_print, 127000, "0.127");
	prints(quantity_print, 100000000, "100");
	prints(quantity_print, 3504400, "3.504");
}

static void
products(void **state)
{
	(void)state;
	// A third of a billionth is none, two thirds are one; the largest price and quantity do not overflow.
	assert_int_equal(money_times(1, QUANTITY_ONE / 3), 0);
	assert_int_equal(money_times(1, QUANTITY_ONE * 2 / 3), 1);
	assert_int_equal(money_times(10400000, 1460 * (int64_t)QUANTITY_ONE), 15184000000);
	assert_int_equal(money_times(500 * (int64_t)MONEY_DOLLAR, 8784000 * (int64_t)QUANTITY_ONE), 4392000000 * (int64_t)MONEY_DOLLAR);
	// Ten tenths are one.
	int64_t sum = 0;
	for (int i = 0; i < 10; i++)
		sum += money_parse("0.1");
	assert_int_equal(sum, MONEY_DOLLAR);
}

// The instance, its volume and its public address.
static void
hour(void **state)
{
	struct ctx c = ctx_new();
	struct price p = {.usd = "none"};

	(void)state;
	assert_false(cost_instance_hour(&c, plan_of(&c, "name: gym\nregion: ap-east-2\n"), &p));
	assert_string_equal(p.usd, "none");
	assert_true(cost_instance_hour(&c, plan_of(&c, "name: gym\nregion: us-east-1\n"), &p));
	assert_string_equal(p.usd, "0.01628"); // 0.0104 + 8 * 0.08 / 730 + 0.005
	assert_string_equal(p.as_of, "2026-09-29");
	assert_true(cost_instance_hour(&c, plan_of(&c, "name: gym\nregion: us-east-1\nnetwork: {nat: single}\nservice: {disk_gb: 73}\n"), &p));
	assert_string_equal(p.usd, "0.0184"); // 0.0104 + 73 * 0.08 / 730
	assert_true(cost_instance_hour(&c, plan_of(&c, "name: gym\nregion: eu-central-1\n"), &p));
	assert_string_equal(p.as_of, "2024-07-18"); // of the volume
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts),
		cmocka_unit_test(products),
		cmocka_unit_test(hour),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
