// What each version of tfgen changes in a stack that an earlier one compiled.
#ifndef RELEASES_H
#define RELEASES_H

#include "spec/fields.h"

struct release {
	const char *version;
	enum edit edit; // of the whole step to this version
	const char *effect;
};

// Oldest first; ends with a NULL version.
extern const struct release releases[];

#endif
