// The settings of the service, as far as a spec can set them. The rows are the service's own
// (app/base/settings.def), so the compiler and the service cannot disagree.
#ifndef SETTINGS_H
#define SETTINGS_H

struct spec;
struct suggestion;

// SETTING_port and so on: a setting that is renamed is an error of the C compiler wherever it is
// used.
enum setting_id {
#define SETTING(name, type, def, min, max, owner, doc) SETTING_##name,
#include "../app/base/settings.def"
#undef SETTING
	SETTINGS, // how many
};

// SETTING_MIN_port, SETTING_MAX_port and so on, for a key of the spec that the stack passes on as it
// is.
enum setting_bound {
#define SETTING(name, type, def, min, max, owner, doc) SETTING_MIN_##name = (min), SETTING_MAX_##name = (max),
#include "../app/base/settings.def"
#undef SETTING
};

enum setting_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL };
enum setting_owner { OWNER_STACK, OWNER_USER };

struct setting {
	const char *name;
	enum setting_type type;
	const char *def;
	long min, max; // SETTING_INT: the value; SETTING_TEXT: its bytes
	enum setting_owner owner;
};

const struct setting *setting_row(enum setting_id id);
// NULL if there is none; `near` (may be NULL) then knows the one that a user may have meant.
const struct setting *setting_find(const char *name, struct suggestion *near);
// The value of a setting that is a number, in this stack: the spec's, which must be a valid one, or
// the default.
long setting_number(const struct spec *s, enum setting_id id);

#endif
