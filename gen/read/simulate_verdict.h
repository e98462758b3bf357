// What a simulation comes to: whether the spec holds the load, what it costs, and what to change.
#ifndef SIMULATE_VERDICT_H
#define SIMULATE_VERDICT_H

#include "read/load.h"
#include "read/simulate.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct plan;

enum { VERDICT_HINTS = 2 };

struct verdict {
	bool held;        // every request found capacity
	const char *text; // the same in words, without a full stop: "holds 600 requests a second"
	const char *shortage; // what is missing, in words; NULL if it is held
	long peak;        // requests of the busiest minute
	size_t peak_at;   // the first such minute
	long total, unserved; // requests
	size_t short_minutes;
	size_t longest, longest_at; // the longest shortage: its minutes, and its first one
	long most;        // instances at a time
	size_t most_at;   // the first such minute
	long instance_minutes; // of all that run, also those that start or leave
	const char *hourly, *as_of; // the price of an instance an hour in USD, and its date; NULL: not known
	double usd;       // of the instance-minutes, if there is a price
	const char *hints[VERDICT_HINTS]; // changes of the spec that hold the load, as in "'scaling.min: 4'"
	size_t n_hints;
};

// Everything that is known about a simulation, for those who print it.
struct simulation {
	const struct plan *plan;
	struct load load;
	long cpu_us; // of a vCPU, for one request
	long vcpus;  // of an instance
	struct rules rules;
	const struct minute *minutes; // load.minutes of them
	struct verdict verdict;
};

// Simulates a plan under a load. Everything is in c's arena, and refers to both.
struct simulation simulation_run(struct ctx *c, const struct plan *plan, const struct load *load, long cpu_us);
// Requests a minute as requests a second, with up to three decimals: "1,012.5".
const char *verdict_rate(struct ctx *c, long requests);
// "12,340"
const char *verdict_number(struct ctx *c, long n);

#endif
