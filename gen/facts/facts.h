// What the tables of gen/facts/ say about one region, type, class or version, and the few figures derived from it that
// both the checks and the plan need.
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>

struct ctx;
struct spec;

struct instance_facts {
	bool arm64; // else x86_64
	bool burstable;
	bool current; // not of a previous generation
	bool nitro;   // else Xen, which tells the console's text of right after the boot only
};

// False when EC2 has no such type (of the families in the table).
bool fact_instance(struct ctx *c, const char *type, struct instance_facts *ret_facts);
// Letters of the zones where a region offers a type, "" for none; NULL when the table does not cover the region.
const char *fact_offered(struct ctx *c, const char *type, const char *region);

// Letters of a region's zones, "abc"; NULL for an unknown region.
const char *fact_zone_letters(struct ctx *c, const char *region);
bool fact_opt_in(struct ctx *c, const char *region);

struct class_facts {
	long memory_mib;
	const char *status; // current, previous, deprecated
};

bool fact_class(struct ctx *c, const char *class, struct class_facts *ret_facts);
bool fact_class_offered(struct ctx *c, const char *class, const char *region);

enum engine_fit {
	FIT_YES,
	FIT_NO,
	FIT_UNKNOWN, // the table does not say
};
enum engine_fit fact_class_runs(struct ctx *c, const char *class, const char *version);

struct version_facts {
	const char *major;        // "8.4"
	const char *status;       // standard, extended, retired for majors; active, deprecated for minors
	const char *major_status; // of the major version it belongs to
	const char *end_standard; // of standard support, 2029-07-31; "" when not found
};

bool fact_version(struct ctx *c, const char *version, struct version_facts *ret_facts);

// A price in USD with its date, from prices.csv; false when it is not there.
struct price {
	const char *usd;
	const char *as_of;
};
bool fact_price(struct ctx *c, const char *service, const char *item, const char *region, struct price *ret_price);

// How the VPC is cut. A zone's slot is its letter's place in the alphabet, so a region needs a slot for every letter up to
// its last. Public subnets share the first half of the network; private ones its third quarter, the database's its last.
struct layout {
	int slots;           // 4 or 8
	int public_newbits;  // bits that a public subnet's prefix adds to the VPC's
	int private_newbits; // likewise for private and database subnets
};
struct layout derive_layout(const char *zone_letters);

// Seconds an instance is given from its launch to the first answer: three minutes where it builds the service (aws.md P47: past that a
// prepared image is due), half of that where it gets a program.
long derive_boot_seconds(const struct spec *s);
// Those, and the checks it must pass: its health counts from then on.
long derive_grace_seconds(const struct spec *s);

// Seconds that a request may take in the service: arriving, in its queue, connecting, and for two statements. DRAIN_MARGIN more is what a stopping
// service is given.
enum { DRAIN_MARGIN = 2 };
long derive_request_seconds(const struct spec *s);

// Connections that a class of so much memory accepts. RDS computes max_connections as DBInstanceClassMemory / 12582880,
// where the memory is what its own processes leave: 66 were measured at 1 GiB and 150 at 2 GiB, which is 240 MiB less.
long derive_max_connections(long memory_mib);

#endif
