// The alarms that scale a group, as templates/modules/alarms or target tracking makes them, and what
// they measure.
#ifndef SIMULATE_ALARM_H
#define SIMULATE_ALARM_H

#include <stdbool.h>
#include <stddef.h>

struct plan;

// What CloudWatch has of one minute of a group and its load balancer.
struct metrics {
	long requests;     // RequestCount, Sum; 0: not reported
	double per_target; // RequestCountPerTarget, Sum
	double cpu;        // CPUUtilization, Average over the instances that have warmed up; NAN without any
	long in_service;   // GroupInServiceInstances
};

enum policy_id {
	POLICY_OUT,
	POLICY_IN,
	N_POLICIES,
};

struct alarm {
	const char *name;      // of its resource
	enum policy_id policy; // that it starts
	double (*value)(const struct alarm *a, const struct metrics *m); // NAN: missing
	bool low;              // breaches at or below the threshold, else at or above it
	bool beyond;           // the threshold itself does not breach
	double threshold;      // percent, or requests a minute
	double target;         // of target tracking; 0: none
	long periods;          // minutes that must breach, one after the other
	// For the low one, requests a minute that count as fully busy; 0: never.
	long busy;             // in total
	long busy_per_instance;
	long min, remove;      // instances that the group keeps, and that the policy removes
};

enum { N_ALARMS = 4 };

enum alarm_state {
	ALARM_INSUFFICIENT_DATA,
	ALARM_OK,
	ALARM_ALARM,
};

// The alarms of a plan, in the order of the template. Returns how many there are.
size_t alarms_of(const struct plan *plan, struct alarm ret_alarms[N_ALARMS]);
// Whether a minute breaches. Missing data does not: every one of these alarms says so.
bool alarm_breaches(const struct alarm *a, const struct metrics *m);
// "INSUFFICIENT_DATA"
const char *alarm_word(enum alarm_state state);

#endif
