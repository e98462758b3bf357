// To release a version: a row here, its section in README's Changes, and its outputs below
// tests/released.

#include "read/releases.h"

const struct release releases[] = {
	{"0.2.0", EDIT_ROLL,
	 "the instances are replaced, because their boot script and their permissions change; the database, addresses and names stay"},
	{0},
};
