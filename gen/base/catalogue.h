// The catalogue of problems: one row for each id that a diagnostic can have. The rooms that report
// problems keep the rows beside the code that reports them; cli/problems.c puts the lists together.
#ifndef CATALOGUE_H
#define CATALOGUE_H

enum severity {
	SEV_ERROR,   // the spec is refused
	SEV_WARNING, // it compiles, but something will probably not work as intended
	SEV_NOTE,    // worth knowing: what something costs or takes; printed by lint and with -v
	N_SEVERITIES,
};

struct problem {
	const char *id; // words joined by hyphens, as printed in brackets; NULL ends a list
	enum severity severity;
	// For `tfgen explain ID`: sentences.
	const char *reason; // what is wrong, and why it matters
	const char *rule;   // the rule of AWS, Terraform or YAML behind it, with its source; NULL: tfgen's own
	const char *fix;    // what to do
	// Lines of a spec; 'name: gym' and 'region: us-east-1' are added where they are missing.
	// NULL: no lines can show it.
	const char *wrong; // reported
	const char *right; // not reported
};

// The row with that id, or NULL. A catalogue is an array of pointers to rows that ends with NULL.
const struct problem *catalogue_find(const struct problem *const *catalogue, const char *id);

const char *severity_word(enum severity s);

#endif
