// What a stack costs, line by line, at list prices.
//
// A line is a thing that AWS charges for. Its amounts stand for the period of the load, at
// scaling.min instances, at scaling.max, and at the load if one is given.
#ifndef COST_LINE_H
#define COST_LINE_H

#include "read/cost_use.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cost_case {
	COST_MIN,
	COST_MAX,
	COST_LOAD,
	COST_CASES,
};

enum cost_use {
	COST_FIXED,   // follows from the spec
	COST_BY_LOAD, // known at a load alone
	COST_BY_USE,  // not known: the line only has a price
};

struct cost_line {
	int order;            // of its id among all that there are; lines are sorted by it
	const char *id;       // "instances", unique in a stack
	const char *module;   // "asg", as a directory of modules/; "bootstrap"
	const char *resource; // "aws_autoscaling_group.service", what makes AWS charge for it
	const char *what;     // "t3.micro instances"
	const char *unit;     // "hour"; NULL: no price known
	const char *as_of;    // the price's date; NULL: no price known
	enum cost_use use;
	int64_t price;                // of a unit
	int64_t quantity[COST_CASES]; // of the unit, in millionths
	int64_t usd[COST_CASES];      // see read/money.h
};

struct cost {
	struct cost_line *list; // in the order of the modules
	size_t n;
	struct cost_load load;
	bool loaded; // a load is given; else nothing of COST_LOAD is valid
	long instances[COST_CASES];
	int64_t total[COST_CASES];
	size_t unknown;     // lines without a price: the totals are the least
	const char *oldest; // dates of the prices
	const char *newest;
};

#endif
