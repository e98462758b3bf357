// How a group of instances answers a load, minute by minute: what its alarms see, what its scaling
// policies do, and which requests find no capacity.
//
// A pure function. Where AWS documents a rule, simulate.c names the page; where it gives no figure,
// the assumption is here. These are not modelled: CPU credits, the database, instances that fail,
// requests that are sent again, and zones (Auto Scaling keeps them within one instance of each
// other, and a group that is in balance changes its size only as its policies say).
#ifndef SIMULATE_H
#define SIMULATE_H

#include "facts/firing.h"
#include "read/simulate_alarm.h"

#include <stddef.h>

struct ctx;
struct load;
struct plan;

enum {
	SIMULATE_PENDING = 60, // seconds from the launch of an instance until the group has it in service
	SIMULATE_DELAY = 1,    // minutes after the end of a minute until alarms see its metrics
	// Microseconds of a vCPU for one request, unless given. The service took 150 of a core for
	// one of the lists and writes of tests/bench/service.py (README, Speed: 1.5 % at 100 a
	// second). A vCPU is a thread of a core on most types (EC2, CPU options), and TLS to the
	// database, logs and dearer requests come on top: 1 ms is cautious.
	SIMULATE_CPU_US = 1000,
};

// How a policy finds the size that it asks for.
enum policy_kind {
	POLICY_STEP,   // from the instances that have warmed up, so that those on their way count
	POLICY_SIMPLE, // from the desired size, when everything before has settled
	POLICY_TARGET, // so many that the figures of the alarms come to their targets
};

struct policy {
	const char *name; // "out" or "in"
	enum policy_kind kind;
	long change; // instances; negative: removed. Not of POLICY_TARGET
};

// An action of the schedule.
struct sizing {
	const char *name;
	long min, max;
	struct firing firing;
};

// What decides about the size of a group.
struct rules {
	long min, max; // until the first action of the schedule
	struct sizing *actions;
	size_t n_actions;
	struct policy policies[N_POLICIES];
	struct alarm alarms[N_ALARMS];
	size_t n_alarms;
	long cooldown;    // seconds: of a simple policy, and of an instance's warm-up
	long ready;       // seconds from a launch until the load balancer sends requests
	long leaving;     // seconds that an instance stays to finish its requests
	long per_minute;  // requests that an instance can serve in a minute
};

enum outcome {
	OUTCOME_NONE,    // no alarm started the policy
	OUTCOME_CHANGED, // the desired size changed
	OUTCOME_ON_ITS_WAY, // instances that warm up are what the policy asks for
	OUTCOME_AS_NEEDED, // the group has as many as the policy asks for
	OUTCOME_AT_LIMIT, // min or max
	OUTCOME_WAITS,   // for a warm-up or a cooldown
};

struct action {
	enum outcome outcome;
	long before, after; // the desired size
};

// What the schedule did.
struct resizing {
	const struct sizing *action; // NULL: nothing
	long before, after;          // the desired size
};

// A minute; actions and states are those of its beginning, and the counts hold for all of it.
struct minute {
	long requests; // that arrive
	long unserved; // of them, find no capacity
	long serving;  // instances that the load balancer sends requests to
	long starting; // launched, not serving yet
	long warming;  // of serving and starting: not in the metrics of the group yet
	long leaving;  // finishing their last requests
	struct metrics metrics;
	enum alarm_state states[N_ALARMS];
	struct action actions[N_POLICIES];
	struct resizing scheduled; // before the policies act
};

// The rules of a plan, in c's arena, if a request takes cpu_us microseconds of a vCPU and an instance has that
// many.
struct rules simulate_rules(struct ctx *c, const struct plan *plan, long cpu_us, long vcpus);
// One minute for each of the load, in c's arena. The group begins with its minimum, warmed up, and
// with alarms that have seen nothing. Its bounds are those of the last action of the schedule in the
// year before, if there was one.
struct minute *simulate(struct ctx *c, const struct rules *rules, const struct load *load);

#endif
