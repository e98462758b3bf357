// Amounts of money without rounding errors: whole numbers of a billionth of a US dollar. A quantity
// is a whole number of millionths of its unit.
#ifndef MONEY_H
#define MONEY_H

#include <stdint.h>

struct buf;

enum { MONEY_DOLLAR = 1000000000, QUANTITY_ONE = 1000000 };

// A decimal number of dollars, "0.0104". Digits after the ninth decimal are dropped.
int64_t money_parse(const char *decimal);
// Price of one unit times a quantity, rounded to the nearest billionth. Neither is negative.
int64_t money_times(int64_t price, int64_t quantity);
// Adds "12.35"; "<0.01" for less than half a cent, so that nothing that costs looks free.
void money_print(int64_t amount, struct buf *out);
// Adds the exact amount: "0.0104".
void money_print_exact(int64_t amount, struct buf *out);
// Adds a difference with its sign: "+12.35", "-12.35", "0.00".
void money_print_change(int64_t amount, struct buf *out);
// Adds a quantity with at most three decimals, and none that are zero: "1460", "0.127".
void quantity_print(int64_t quantity, struct buf *out);
// For JSON, to be printed with so many digits: then 0.1 is 0.1.
double money_number(int64_t amount);
enum { MONEY_DIGITS = 15 };

#endif
