// The commands that read a plan and print something else than Terraform. Each returns the exit
// status.
#ifndef READERS_H
#define READERS_H

struct options;

// What an edit does: between two specs, or since the last compile.
int reader_diff(const struct options *o);
// What a stack costs, or two.
int reader_cost(const struct options *o);
// Which security controls the stack meets, and where.
int reader_controls(const struct options *o);
// The architecture of the stack as a picture.
int reader_graph(const struct options *o);
// How the scaling rules answer a load.
int reader_simulate(const struct options *o);

#endif
