// What an edit of a spec does to the stack that runs.
//
// Both specs are compared as texts of one form, the resolved spec: every key with its value, given
// or default, as spec_print_resolved prints it. So a default that another version of tfgen changes
// is an edit too, and a value that this version would refuse can still be compared.
#ifndef DIFF_H
#define DIFF_H

#include "base/catalogue.h"
#include "base/source.h"
#include "spec/fields.h"

#include <stdbool.h>
#include <stdio.h>

struct buf;
struct cost_change;
struct ctx;
struct last;
struct plan;
struct spec;

extern const struct problem diff_problems[]; // what a comparison can report; ends with a NULL id

struct difference {
	const char *key;    // scaling.min; "tfgen" for its version, "service" for its archive
	const char *before; // as in a spec; NULL: absent
	const char *after;
	enum edit edit;     // never EDIT_JUDGED
	const char *effect; // what it does, without a full stop
	struct span at;     // of the new value, or of its section
	size_t order;       // of the fields
};

struct differences {
	struct difference *list; // worst first, then in the order of the fields
	size_t n;
	enum edit worst; // EDIT_NONE without a change
};

// The changes from one spec to another. Nothing is reported.
struct differences diff_specs(struct ctx *c, const struct spec *old, const struct spec *now);
// The changes from what was compiled last, the versions of tfgen and of the service included.
struct differences diff_last(struct ctx *c, const struct last *last, const struct plan *now);
// Reports every change that loses data or that AWS would refuse.
void diff_report(struct ctx *c, const struct differences *changes);

// "rescale"
const char *diff_word(enum edit edit);
// Two lines for each change.
void diff_print_text(const struct differences *changes, FILE *out);
// {"class": ..., "changes": [{"key", "before", "after", "class", "effect"}], "cost": ...}, values as
// texts or null, the cost as cost_change_json makes it.
void diff_print_json(const struct differences *changes, const struct cost_change *cost, FILE *out);

#endif
