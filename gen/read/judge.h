// The edits whose class depends on the values.
#ifndef JUDGE_H
#define JUDGE_H

#include "spec/fields.h"

struct ctx;
struct node;

struct judgement {
	enum edit edit;
	const char *effect;
};

// Decides on an edit of the key at path, a row with EDIT_JUDGED. The nodes are the key's values in
// two resolved specs, NULL for a key without a default that is absent. EDIT_NONE if no one decides on
// that key, which a test excludes.
struct judgement judge(struct ctx *c, const char *path, const struct node *before, const struct node *after);

#endif
