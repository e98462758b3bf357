// The rows are those of the service itself: it and this compiler cannot disagree on them.

#include "spec/settings.h"

#include <stdlib.h>
#include <string.h>

#include "spec/spec.h"
#include "base/suggest.h"

static const struct setting_row rows[] = {
#define SETTING(name, type, def, min, max, owner, doc) {#name, type, def, min, max, owner},
#include "../app/base/settings.def"
#undef SETTING
};

const struct setting_row *
setting_find(const char *name, struct suggestion *near)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct setting_row *row = &rows[i];
		if (strcmp(row->name, name) == 0)
			return row;
		if (near && row->owner == USER)
			suggest(near, row->name);
	}
	return NULL;
}

long
setting_number(const struct spec *s, const char *name)
{
	const struct setting_row *row = setting_find(name, NULL);
	const char *value = row ? row->def : "0";

	for (size_t i = 0; i < s->service.settings.n; i++)
		if (strcmp(s->service.settings.list[i].key.is, name) == 0)
			value = s->service.settings.list[i].value.is;
	return strtol(value, NULL, 10);
}
