// Rules that no single key can know, and the table of everything tfgen can have to say.
#ifndef CHECK_H
#define CHECK_H

#include "base/diag.h"

struct ctx;
struct spec;

struct check {
	const char *id; // words, as printed in brackets; NULL ends the table
	enum severity severity;
	void (*run)(struct ctx *c, const struct spec *s); // NULL: told by an earlier stage
	// What must hold first, separated by spaces: ".path" a field whose value was not refused, a word a check that did not
	// report. NULL: nothing.
	const char *needs;
	const char *doc;   // what is wrong, why it matters and what to do, for `tfgen explain ID`
};

extern const struct check checks[];

// The row of that id, or NULL.
const struct check *check_find(const char *id);
// The level of an id; one that is not in the table ends the process, since tests walk them all.
enum severity check_severity(const char *id);
// Runs every check that can run.
void check_run(struct ctx *c, const struct spec *s);

#endif
