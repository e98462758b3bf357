// Prints what is wrong with a spec, and what became of the files of a stack.
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

struct arena;
struct diags;
struct options;
struct plan;
struct write_result;

// Prints the problems of a spec to standard error, in the way that the options say. linting: with
// notes, and nothing was to be written.
void report_diags(struct diags *ds, const struct options *o, bool linting);
// Prints what is in the way of a write, to standard error. False if there is anything.
bool report_problems(const struct write_result *w);
// Prints each file that differs, and in what way, to standard output. True if there is one.
bool report_comparison(const struct write_result *w, bool quiet);
// Prints what was written, what the stack costs and the command that comes next. verbose: also each file that changed.
void report_written(struct arena *a, const struct write_result *w, const struct plan *plan, const char *dir, bool verbose);

#endif
