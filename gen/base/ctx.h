// What every stage gets beside its input: where memory comes from, and where problems are reported.
#ifndef CTX_H
#define CTX_H

struct arena;
struct diags;

struct ctx {
	struct arena *arena; // lives as long as the run
	struct diags *diags;
};

#endif
