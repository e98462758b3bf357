// To release a version: a row here, its section in README's Changes, and its outputs below
// tests/released.

#include "read/releases.h"

#include <stdlib.h>
#include <string.h>

const struct release releases[] = {
	{"0.2.0", EDIT_ROLL,
	 "the instances are replaced: they get another boot script and fewer permissions; the database, the addresses and all names stay"},
	{0},
};

int
release_compare(const char *one, const char *other)
{
	while (*one || *other) {
		char *one_end, *other_end;
		long a = strtol(one, &one_end, 10), b = strtol(other, &other_end, 10);
		if (a != b)
			return a < b ? -1 : 1;
		if (one_end == one && other_end == other)
			return strcmp(one, other);
		one = *one_end == '.' ? one_end + 1 : one_end;
		other = *other_end == '.' ? other_end + 1 : other_end;
	}
	return 0;
}
