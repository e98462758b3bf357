// Rules that no single key can know. Each subject has a file with its rules and, below them, the
// table of its checks.
#ifndef CHECK_H
#define CHECK_H

#include "base/catalogue.h"

struct ctx;
struct spec;

struct check {
	struct problem problem; // an id of NULL ends the table
	void (*run)(struct ctx *c, const struct spec *s); // NULL: another check of the table reports it
	// What must hold first, separated by spaces: ".path" is a field whose value was not
	// refused, a word is a problem that was not reported. NULL: nothing.
	const char *needs;
};

extern const struct check name_checks[];             // names.c
extern const struct check network_checks[];          // network.c
extern const struct check existing_network_checks[]; // existing_network.c
extern const struct check service_checks[];          // service.c
extern const struct check load_balancer_checks[];    // load_balancer.c
extern const struct check https_checks[];            // https.c
extern const struct check scaling_checks[];          // scaling.c
extern const struct check schedule_checks[];         // schedule.c
extern const struct check database_checks[];         // database.c
extern const struct check backup_checks[];           // backup.c
extern const struct check operation_checks[];        // operation.c

// All of these tables, NULL-terminated.
extern const struct check *const check_tables[];

// Runs every check that can run.
void check_run(struct ctx *c, const struct spec *s);

#endif
