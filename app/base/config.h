// The settings of a run: the defaults, then the file, then the environment; each overrides the one
// before.
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdio.h>

#define SETTING_TEXT(name, max) char name[(max) + 1];
#define SETTING_INT(name, max) long name;
#define SETTING_BOOL(name, max) bool name;
#define SETTING(name, type, def, min, max, owner, doc) SETTING_##type(name, max)
struct settings {
#include "base/settings.def"
};
#undef SETTING

// Reads the JSON object in the file at `path` (NULL: no file) and the variables CRUDD_* of `env`, a
// NULL-terminated list of NAME=value. In the file, a value is a string or has the setting's own
// type. Writes one line to `problems` for each problem; false if there was any. *ret_settings owns
// no memory.
bool config_read(const char *path, char *const *env, FILE *problems, struct settings *ret_settings);
// Prints the table of settings, for --help and for the manual page.
void config_print(FILE *out);
void config_print_roff(FILE *out);

#endif
