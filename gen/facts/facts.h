// What the tables of this directory say about a region, type, class or version, and the figures
// derived from them that both the checks and the plan need.
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>

struct ctx;
struct num;
struct spec;

struct instance_facts {
	long vcpus;
	long hourly_credits; // CPU credits that a burstable instance earns
	bool arm64; // else x86_64
	bool burstable;
	bool current; // not of a previous generation
	bool nitro;   // else Xen, whose console output is available only shortly after the boot
};

// False when EC2 has no such type (of the families in the table).
bool fact_instance(struct ctx *c, const char *type, struct instance_facts *ret_facts);
// Whether a region offers a type. *ret_letters: of the zones that do; NULL when the table does not
// know them.
bool fact_offered(struct ctx *c, const char *type, const char *region, const char **ret_letters);

// Letters of a region's zones, "abc"; NULL for an unknown region.
const char *fact_zone_letters(struct ctx *c, const char *region);
bool fact_opt_in(struct ctx *c, const char *region);
// Whether CloudFront can reach a private load balancer in the region.
bool fact_vpc_origins(struct ctx *c, const char *region);

struct class_facts {
	long vcpus;
	long memory_mib;
	const char *status; // current, previous, deprecated
};

bool fact_class(struct ctx *c, const char *class, struct class_facts *ret_facts);
bool fact_class_offered(struct ctx *c, const char *class, const char *region);

enum engine_fit {
	FIT_YES,
	FIT_NO,
	FIT_UNKNOWN, // not in the table
};
enum engine_fit fact_class_runs(struct ctx *c, const char *class, const char *version);

struct version_facts {
	const char *major;        // "8.4"
	const char *status;       // standard, extended, retired for majors; active, deprecated for minors
	const char *major_status; // of the major version it belongs to
	const char *end_standard; // of standard support, 2029-07-31; "" when not found
};

bool fact_version(struct ctx *c, const char *version, struct version_facts *ret_facts);
// What RDS charges for a version past its standard support, as an item of prices.csv; NULL for nothing.
const char *fact_extended_support(const struct version_facts *version);
// The major version that RDS upgrades this one to: the next in the table. NULL for the last one.
const char *fact_next_major(struct ctx *c, const char *major);

// A price of a region, or the one for all regions, from prices.csv; false when it is not there.
struct price {
	const char *usd;   // a decimal number
	const char *as_of; // 2026-09-29
	const char *unit;  // what it is for: hour, GB-month, 10000 (calls)
};
bool fact_price(struct ctx *c, const char *service, const char *item, const char *region, struct price *ret_price);

// What a new account may have of something, by its row in limits.csv; most can be raised.
long fact_quota(const char *item);

// How the VPC is divided. A zone's slot is its letter's place in the alphabet, so a region needs a
// slot for every letter up to its last. Public subnets share the first half of the network, private
// ones the third quarter, those of the database the last.
struct layout {
	int slots;           // 4 or 8
	int public_newbits;  // bits that a public subnet's prefix adds to the VPC's
	int private_newbits; // likewise for private and database subnets
};
struct layout derive_layout(const char *zone_letters);

// How many zones the load balancer is in.
long derive_zones(const struct spec *s);
// Instances are in private subnets, and have no public address.
bool derive_private(const struct spec *s);
// No instance may run: 'min' and 'max' are 0.
bool derive_parked(const struct spec *s);
// The fewest and the most instances that the group may have, now or by its schedule: the key that says
// so.
const struct num *derive_least(const struct spec *s);
const struct num *derive_most(const struct spec *s);
// The same and a tenth, which run during an instance refresh.
long derive_peak(const struct spec *s);
// What the alarms of target tracking wait for: minutes above the target, and minutes below a
// percentage of it. AWS documents only that a group grows as fast as it can and shrinks more slowly;
// these are the datapoints and the margin of the alarms that it creates (aws-samples,
// amazon-aurora-labs-for-mysql, issue 3: 3 and 15).
enum { TARGET_OUT_MINUTES = 3, TARGET_IN_MINUTES = 15, TARGET_IN_PERCENT = 90 };
// The number of instances can change, by load or by schedule.
bool derive_scales(const struct spec *s);
// Target tracking decides about the number of instances, not 'out' and 'in'.
bool derive_tracks_target(const struct spec *s);
// Requests per second over the whole load balancer that add instances, or 0 for never: the default
// holds only beside no figure for each instance and no target.
long derive_total_requests(const struct spec *s);
// The same for each instance.
long derive_instance_requests(const struct spec *s);

// Seconds that an instance has from its launch to its first answer: three minutes if it builds the
// service, half of that if it fetches a program. Policy, not measured on EC2.
long derive_boot_seconds(const struct spec *s);
// The boot and the health checks that an instance must pass: from then on the group acts on its
// health.
long derive_grace_seconds(const struct spec *s);

// Seconds that a request may take in the service: to arrive, to wait in the queue, until its last
// statement starts, and for that statement, the last two within db_timeout each
// (tests/service/test_limits.py). A stopping service has DRAIN_MARGIN seconds more than that.
enum { DRAIN_MARGIN = 2 };
long derive_request_seconds(const struct spec *s);
// Seconds after which nothing more comes from the service: what a request may take, and the margin.
long derive_answer_seconds(const struct spec *s);

// Seconds that CloudFront keeps an idle connection to the load balancer, its default.
enum { CLOUDFRONT_KEEPS = 5 };

// Connections that a class with this memory accepts. RDS computes max_connections as
// DBInstanceClassMemory / 12582880; that memory excludes what its own processes use. 66 were
// measured at 1 GiB and 150 at 2 GiB, which fits 240 MiB less than the nominal size.
long derive_max_connections(long memory_mib);

#endif
