// The service's own table of settings, as far as a spec may fill it in.
#ifndef SETTINGS_H
#define SETTINGS_H

struct spec;
struct suggestion;

enum setting_type { TEXT, INT, BOOL };
enum setting_owner { STACK, USER };

struct setting_row {
	const char *name;
	enum setting_type type;
	const char *def;
	long min, max; // INT: the value; TEXT: its bytes
	enum setting_owner owner;
};

// NULL if there is none; `near` (may be NULL) then knows the one a user may have meant.
const struct setting_row *setting_find(const char *name, struct suggestion *near);
// What a setting that is a number will be in this stack: the spec's value, which must be a valid one, or the default.
long setting_number(const struct spec *s, const char *name);

#endif
