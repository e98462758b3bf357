// Looks up the service's table of settings.

#include "spec/settings.h"

#include "base/suggest.h"
#include "spec/spec.h"

#include <stdlib.h>
#include <string.h>

static const struct setting rows[] = {
#define SETTING(name, type, def, min, max, owner, doc) {#name, SETTING_##type, def, min, max, OWNER_##owner},
#include "../app/base/settings.def"
#undef SETTING
};

const struct setting *
setting_row(enum setting_id id)
{
	return &rows[id];
}

const struct setting *
setting_find(const char *name, struct suggestion *near)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
		if (near && rows[i].owner == OWNER_USER)
			suggest(near, rows[i].name);
	}
	return NULL;
}

long
setting_number(const struct spec *s, enum setting_id id)
{
	const char *value = rows[id].def;

	for (size_t i = 0; i < s->service.settings.n; i++)
		if (strcmp(s->service.settings.list[i].key.value, rows[id].name) == 0)
			value = s->service.settings.list[i].text.value;
	return strtol(value, NULL, 10);
}
