// Problems, reported at the user's line and column. Stages collect them; main sorts and prints them
// once.
//
//     gym.yaml:14:18: error: unknown instance type 't3.mirco' [unknown-instance-type]
//        14 |   instance_type: t3.mirco
//           |                  ^~~~~~~~
//       hint: did you mean 't3.micro'?
//
// A diagnostic's severity follows from its id, which must be in the catalogue of problems.
#ifndef DIAG_H
#define DIAG_H

#include "base/catalogue.h"
#include "base/source.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct arena;
struct ctx;

struct remark {
	struct remark *next;
	struct span span; // a second place, or none
	const char *text;
};

struct diag_environment {
	struct diag_environment *next;
	const char *name;
};

struct diag {
	enum severity severity;
	struct diag_environment *environments, *last; // those that have the problem; NULL: the spec itself has it
	struct span span;
	const char *id;
	const char *text;
	const char *hint;      // NULL without one
	struct remark *remark; // second places, in the order they were added
	size_t order;          // of the reports
};

struct diag_slot {
	uint64_t hash;     // of what was reported; 0: empty
	struct diag *diag; // NULL if it is not kept
};

enum {
	DIAGS_SHOWN = 100,
	DIAGS_KEPT = 1000,    // of each severity; others are only counted
	DIAGS_ERRORS = 20000, // repeats included; see diags_full
	DIAG_ARGUMENT = 240,   // bytes of a value that are shown
};

struct diags {
	struct arena *arena;
	const struct problem *const *catalogue; // every problem that may be reported
	const char *environment;                // see diags_environment
	size_t now;                             // counts its calls
	size_t *had;                            // for each problem of the catalogue, when it was reported last
	struct diag **list;                     // each problem once
	size_t n;
	size_t cap;
	struct diag_slot *slots;
	size_t n_slots, cap_slots;
	struct diag spare; // stands for a report that is not kept
	size_t reports;
	size_t errors;               // with repeats; after diags_finish, without them
	size_t kept[N_SEVERITIES];   // of each severity
	size_t left[N_SEVERITIES];   // over DIAGS_KEPT
	size_t dropped;              // by diags_finish: how many problems are not in the list
};

struct diags *diags_new(struct arena *a, const struct problem *const *catalogue);
// What is reported from here on concerns this environment of the spec; with NULL, the spec itself.
void diags_environment(struct diags *ds, const char *name);
// Whether a problem was reported since then; n is the length of its id.
bool diags_have(const struct diags *ds, const char *id, size_t n);
// Whether so many errors were found that it is of no use to look for more.
bool diags_full(const struct diags *ds);
// Reports a problem. Values in the text are cut to DIAG_ARGUMENT bytes. Lower case, no full stop, the
// offending word in quotes. Returns what diag_hint and diag_also add to.
struct diag *diag(struct ctx *c, struct span span, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
// Says how the problem is probably fixed.
void diag_hint(struct ctx *c, struct diag *d, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
// Names a second place, as in "first set here".
void diag_also(struct ctx *c, struct diag *d, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

// Sorts by place and drops what is over DIAGS_SHOWN, the least severe first; without notes, also SEV_NOTE. A problem of
// several environments is there once, with their names; one of the spec itself without names. Call it
// once, before printing. The counts are those of all.
void diags_finish(struct diags *ds, bool notes);

void diags_print_text(const struct diags *ds, bool color, FILE *out);
// An array of objects: file, line, column, end_line, end_column, severity, id, message, hint,
// environments (a list of names, empty for the spec itself), related.
void diags_print_json(const struct diags *ds, FILE *out);
// SARIF 2.1.0, the format of code scanning.
void diags_print_sarif(const struct diags *ds, FILE *out);

#endif
