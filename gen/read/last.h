// What was compiled last into a directory, as .tfgen remembers it.
#ifndef LAST_H
#define LAST_H

struct ctx;
struct node;

struct last {
	const struct node *spec; // the resolved spec; NULL: tfgen before 0.2.0 kept none
	const char *stack;       // the stack's name; NULL if neither the spec nor the README has it
	const char *version;     // of the tfgen that compiled it
	const char *service;     // path of the packed service, or NULL
	const char *spec_hash;   // SHA-256 of the resolved spec's file; "" without one
	const char *damage;      // on LAST_DAMAGED: what is wrong, for a message
};

enum last_status {
	LAST_FOUND,
	LAST_NONE,    // nothing was compiled into the directory
	LAST_DAMAGED, // a file of .tfgen is not what tfgen wrote
	LAST_UNREADABLE, // see errno
};

// Reads what DIR/.tfgen holds. *ret_last is filled in on LAST_FOUND.
enum last_status last_read(struct ctx *c, const char *dir, struct last *ret_last);

#endif
