// The bill that the modules add their lines to.
#ifndef COST_BILL_H
#define COST_BILL_H

#include "read/cost_line.h"

struct ctx;
struct plan;
struct spec;

// What AWS charges for, in the order in which it is listed. What has no words or no price here
// gets them from the spec.
enum what {
	STACK_KEY,
	NAT, NAT_ADDRESSES, NAT_DATA, DATA_OUT, DATA_OUT_10TB, DATA_OUT_50TB, DATA_OUT_150TB, ZONES_DATA, FLOW_LOGS,
	ARCHIVE, SECRETS, SECRET_CALLS,
	BALANCER, BALANCER_UNITS, BALANCER_ADDRESSES, ACCESS_LOGS,
	CDN_REQUESTS, CDN_DATA,
	FIREWALL, FIREWALL_RULES, FIREWALL_REQUESTS, FIREWALL_LOGS,
	INSTANCES, VOLUMES, INSTANCE_ADDRESSES, CREDITS, METRICS, TARGET_ALARMS, LOGS, LOGS_KEPT,
	DATABASE, DISK, SUPPORT, BACKUPS, DATABASE_CREDITS, DATABASE_SECRET, DATABASE_LOGS, DATABASE_METRICS,
	VAULT, COPIES, COPIES_SENT, COPIES_KEY,
	ALARMS, DASHBOARD, TOPIC_KEY, MAILS,
	STATE,
};

struct item {
	const char *id, *module, *resource, *what;
	const char *service, *item; // in prices.csv
	enum cost_use use;
};

struct bill {
	struct ctx *c;
	const struct plan *plan;
	const struct spec *spec;
	struct cost *out;
	size_t cap;
	int64_t hours, months; // the period, as quantities
	struct use use;
};

// A quantity in each case.
struct amount {
	int64_t at[COST_CASES];
};

// The same quantity in each case.
struct amount bill_fixed(int64_t quantity);
// A quantity for each instance.
struct amount bill_each_instance(const struct bill *b, int64_t quantity);
// A quantity that is known at a load alone.
struct amount bill_at_load(int64_t quantity);
// The item's row.
const struct item *bill_item(enum what what);
// Adds a line with its price in the stack's region; without one, the line says that no price is known.
void bill_add(struct bill *b, enum what what, struct amount amount);
// The same for an item that has another price; words may be NULL if it has its own.
void bill_add_as(struct bill *b, enum what what, const char *words, const char *price, struct amount amount);
// The same for an item that is made anew, or has its price in another region.
void bill_add_item(struct bill *b, enum what what, const char *region, const struct item *item, struct amount amount);

#endif
