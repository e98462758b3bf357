// Looking up problems by their id.

#include "base/catalogue.h"

#include <string.h>

const struct problem *
catalogue_find(const struct problem *const *catalogue, const char *id)
{
	for (; *catalogue; catalogue++)
		if (strcmp((*catalogue)->id, id) == 0)
			return *catalogue;
	return NULL;
}

const char *
severity_word(enum severity s)
{
	return s == SEV_ERROR ? "error" : s == SEV_WARNING ? "warning" : "note";
}
