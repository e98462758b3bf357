// What a load makes AWS charge for, by stated assumptions about its requests.
#ifndef COST_USE_H
#define COST_USE_H

#include <stdint.h>

struct ctx;
struct plan;

enum {
	COST_MONTH = 730, // hours, as AWS counts a month
	COST_NOT_GIVEN = -1,
};

struct cost_load {
	long hours;               // the period: 1 to 8784
	long requests_per_second; // on average over the period; COST_NOT_GIVEN, or 0 to 10000000
	long data_out_gb;         // to the internet in the period; COST_NOT_GIVEN, or 0 to 1000000000
};

// What is assumed of a request where the load does not say it.
enum {
	USE_REQUEST_BYTES = 1000,
	USE_RESPONSE_BYTES = 2000, // if no data out is given
	USE_LOG_BYTES = 300,       // a line of the service's log
	USE_WRITE_PERCENT = 10,    // of the requests change a row
	USE_WRITTEN_BYTES = 1000,  // of each of these, in a backup
};

// Quantities in millionths of their unit.
struct use {
	long hours;
	long requests_per_second; // 0 without a load
	int64_t data_out;         // GB to the internet
	int64_t request_log;      // GB of log for the requests
	int64_t check_log;        // GB of log for the health checks of one instance
	int64_t balancer_units;   // LCU-hours
};

struct use use_of(const struct plan *plan, const struct cost_load *load);
// GB of so many bytes; a GB is 10^9 bytes here.
int64_t use_gb(int64_t bytes);
// How many instances the scaling rules on requests lead to under a load.
long use_instances(const struct plan *plan, const struct cost_load *load);
// vCPU-hours above the baseline of so many burstable instances of a type.
int64_t use_surplus(struct ctx *c, const struct use *use, const char *type, long instances);
// GB-months of backups beyond the size of the disk, which is free: the changes of so many days, the
// first backup as large as the disk.
int64_t use_backups(const struct use *use, long days);

// The price of data to the internet falls in steps of so many GB a month. GB that cost as the step
// says, from 0 on.
enum { USE_STEPS = 4 };
int64_t use_of_step(const struct use *use, int step);

#endif
