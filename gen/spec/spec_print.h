// Prints the typed spec as YAML.
#ifndef SPEC_PRINT_H
#define SPEC_PRINT_H

struct buf;
struct spec;

// The whole spec as YAML that compiles to the same stack, with its defaults as comments, for `tfgen
// -d spec`.
void spec_print(const struct spec *spec, struct buf *out);
// The resolved spec: the same with its defaults as if they were given. It need not pass the checks.
void spec_print_resolved(const struct spec *spec, struct buf *out);

#endif
