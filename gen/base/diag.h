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
#include <stdio.h>

struct arena;
struct ctx;

struct remark {
	struct remark *next;
	struct span span; // a second place, or none
	const char *text;
};

struct diag {
	enum severity severity;
	const char *environment; // the one that was being read; NULL: the spec itself
	struct diag *same;       // by diags_finish: the same problem in the next environment
	struct span span;
	const char *id;
	const char *text;
	const char *hint;      // NULL without one
	struct remark *remark; // second places, in the order they were added
	size_t order;          // of the reports
};

struct diags {
	struct arena *arena;
	const struct problem *const *catalogue; // every problem that may be reported
	const char *environment;                // see diags_environment
	struct diag **list;
	size_t n;
	size_t first; // of that environment
	size_t cap;
	size_t errors;
	size_t warnings;
	size_t dropped; // by diags_finish, over DIAGS_SHOWN
};

enum { DIAGS_SHOWN = 100 };

struct diags *diags_new(struct arena *a, const struct problem *const *catalogue);
// What is reported from here on concerns this environment of the spec; with NULL, the spec itself.
void diags_environment(struct diags *ds, const char *name);
// Whether a problem was reported since then; n is the length of its id.
bool diags_have(const struct diags *ds, const char *id, size_t n);
// Reports a problem. Lower case, no full stop, the offending word in quotes. Returns what diag_hint
// and diag_also add to.
struct diag *diag(struct ctx *c, struct span span, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
// Says how the problem is probably fixed.
void diag_hint(struct ctx *c, struct diag *d, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
// Names a second place, as in "first set here".
void diag_also(struct ctx *c, struct diag *d, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

// Sorts by place, drops repeats and, after DIAGS_SHOWN, the rest. A problem of several environments
// is kept once, with their names; one of the spec itself without names. Call it once, before
// printing. The counts are those of all.
void diags_finish(struct diags *ds);

struct diag_style {
	bool color;
	bool notes; // print SEV_NOTE too
};
void diags_print_text(const struct diags *ds, struct diag_style style, FILE *out);
// An array of objects: file, line, column, end_line, end_column, severity, id, message, hint,
// environments (a list of names, empty for the spec itself), related.
void diags_print_json(const struct diags *ds, struct diag_style style, FILE *out);
// SARIF 2.1.0, the format of code scanning.
void diags_print_sarif(const struct diags *ds, struct diag_style style, FILE *out);

#endif
