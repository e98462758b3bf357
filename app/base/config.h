// The settings of a run: defaults, then the file, then the environment, each over the one before.
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

// Reads the JSON object in the file at path (NULL: no file) and the variables CRUDD_* of env, a
// NULL-terminated list of NAME=value. In the file a value is a string or of its natural type. Every problem
// is one line to `problems`; false if there was any. Either way config_free gives back what *ret_settings
// holds.
bool config_read(const char *path, char *const *env, FILE *problems, struct settings *ret_settings);
// The table, for --help, and for the manual page.
void config_print(FILE *out);
void config_print_roff(FILE *out);

#endif
