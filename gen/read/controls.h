// Which security controls a stack meets, and where; and the reason where it does not.
#ifndef CONTROLS_H
#define CONTROLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ctx;
struct outputs;
struct plan;

// A control of the AWS Foundational Security Best Practices standard that touches a stack.
struct control {
	const char *id;      // AWS Security Hub's; "" for what only checkov looks at
	const char *cis;     // number in the CIS AWS Foundations Benchmark 5.0.0, or ""
	const char *checkov; // ids of checkov's checks for it, separated by spaces, or ""
	const char *title;
	const char *file;  // of the stack
	const char *block; // its first line, without the brace
	const char *text;  // a regular expression for the line of that block that meets it
	const char *never; // one that no line of the block may match, or NULL
	const char *field; // key of the spec that must be true as well, or NULL
	const char *why;   // not met: the reason; NULL if it stands beside the resource, as checkov's skip
};

extern const struct control controls[]; // ends with a NULL id

struct control_result {
	struct control control; // the row, or one made from a skip that no row names
	bool met;
	size_t line; // in control.file
	const char *reason; // not met: why; NULL: missing
};

struct control_results {
	struct control_result *list; // in the order of the table, then other skips by place
	size_t n, met;
};

// Looks the controls up in the files of a stack. A control of a file or resource that the stack
// does not have is left out. One that is neither met nor has a reason is a defect of tfgen.
struct control_results controls_find(struct ctx *c, const struct plan *plan, const struct outputs *outputs);

void controls_print_text(const struct control_results *results, FILE *out);
// {"controls": [{"id", "cis", "checkov": [...], "title", "met", "file", "line", "reason"}]}; cis and
// reason may be null.
void controls_print_json(const struct control_results *results, FILE *out);

#endif
