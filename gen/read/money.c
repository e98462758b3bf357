// Sums and products of whole numbers. They become decimal only when they are printed.

#include "read/money.h"

#include "base/buf.h"

#include <inttypes.h>
#include <stdbool.h>

enum { DECIMALS = 9, CENT = MONEY_DOLLAR / 100 };

int64_t
money_parse(const char *decimal)
{
	int64_t amount = 0;
	int decimals = 0;
	bool point = false;

	for (const char *s = decimal; *s && decimals < DECIMALS; s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		amount = amount * 10 + (*s - '0');
		decimals += point;
	}
	for (; decimals < DECIMALS; decimals++)
		amount *= 10;
	return amount;
}

int64_t
money_times(int64_t price, int64_t quantity)
{
	return (int64_t)(((__int128)price * quantity + QUANTITY_ONE / 2) / QUANTITY_ONE);
}

// Whole cents, to the nearest; amount is not negative.
static int64_t
cents_of(int64_t amount)
{
	return amount / CENT + (amount % CENT >= CENT / 2);
}

void
money_print(int64_t amount, struct buf *out)
{
	int64_t cents = cents_of(amount);

	if (amount && !cents)
		buf_puts(out, "<0.01");
	else
		buf_printf(out, "%" PRId64 ".%02d", cents / 100, (int)(cents % 100));
}

void
money_print_change(int64_t amount, struct buf *out)
{
	int64_t cents = cents_of(amount < 0 ? -amount : amount);

	buf_printf(out, "%s%" PRId64 ".%02d", !cents ? "" : amount < 0 ? "-" : "+", cents / 100, (int)(cents % 100));
}

static void
drop_zeros(struct buf *out)
{
	while (out->data[out->len - 1] == '0')
		out->len--;
	out->len -= out->data[out->len - 1] == '.';
	out->data[out->len] = '\0';
}

void
money_print_exact(int64_t amount, struct buf *out)
{
	buf_printf(out, "%" PRId64 ".%0*d", amount / MONEY_DOLLAR, DECIMALS, (int)(amount % MONEY_DOLLAR));
	drop_zeros(out);
}

void
quantity_print(int64_t quantity, struct buf *out)
{
	enum { THOUSANDTH = QUANTITY_ONE / 1000 };
	int64_t n = (quantity + THOUSANDTH / 2) / THOUSANDTH;

	if (quantity && !n) {
		buf_puts(out, "<0.001");
		return;
	}
	buf_printf(out, "%" PRId64 ".%03d", n / 1000, (int)(n % 1000));
	drop_zeros(out);
}

double
money_number(int64_t amount)
{
	return (double)amount / MONEY_DOLLAR;
}
