// Settings come from three places. Every value takes the same path: as text, through the row of its
// setting, into the struct. One run reports every problem.

#include "base/config.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum type { TYPE_TEXT, TYPE_INT, TYPE_BOOL };

struct row {
	const char *name;
	enum type type;
	const char *def;
	long min, max;
	const char *doc;
	size_t offset;
};

#define SETTING(name, type, def, min, max, owner, doc)                                                       \
	{#name, TYPE_##type, def, min, max, doc, offsetof(struct settings, name)},
static const struct row rows[] = {
#include "base/settings.def"
};
#undef SETTING

enum { ROWS = sizeof rows / sizeof *rows };

static bool
set_text(const struct row *row, const char *text, char *ret_text)
{
	size_t len = strlen(text);

	if (len < (size_t)row->min || len > (size_t)row->max || !text_is_utf8(text, len))
		return false;
	memcpy(ret_text, text, len + 1); // a setting of type TEXT has room for max bytes
	return true;
}

static bool
set_int(const struct row *row, const char *text, long *ret_int)
{
	char *end;

	errno = 0;
	long value = strtol(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno || value < row->min || value > row->max)
		return false;
	*ret_int = value;
	return true;
}

static bool
set_bool(const char *text, bool *ret_bool)
{
	bool yes = strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "false") != 0)
		return false;
	*ret_bool = yes;
	return true;
}

static bool
set(struct settings *s, const struct row *row, const char *text)
{
	void *member = (char *)s + row->offset;

	switch (row->type) {
	case TYPE_TEXT:
		return set_text(row, text, member);
	case TYPE_INT:
		return set_int(row, text, member);
	case TYPE_BOOL:
		return set_bool(text, member);
	}
	return false;
}

static const struct row *
find_row(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows + i;
	return NULL;
}

static void
print_expected(FILE *out, const struct row *row)
{
	if (row->type == TYPE_BOOL)
		fprintf(out, "true or false");
	else if (row->type == TYPE_INT)
		fprintf(out, "a whole number from %ld to %ld", row->min, row->max);
	else
		fprintf(out, "text of %ld to %ld bytes", row->min, row->max);
}

// Takes one value that `where` gave. text is NULL if no setting has a value of this type.
static bool
take(struct settings *s, const char *where, const char *name, const char *text, FILE *problems)
{
	const struct row *row = find_row(name);

	if (!row) {
		fprintf(problems, "crudd: %s: unknown setting '%s'\n", where, name);
		return false;
	}
	if (text && set(s, row, text))
		return true;
	fprintf(problems, "crudd: %s: %s: expected ", where, name);
	print_expected(problems, row);
	if (text)
		fprintf(problems, ", got '%.100s'", text);
	fprintf(problems, "\n");
	return false;
}

// A JSON value as text; NULL for null, objects, arrays and fractions.
static const char *
as_text(const json_t *value, char *room, size_t size)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return json_string_value(value);
	case JSON_INTEGER:
		snprintf(room, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return room;
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return NULL;
	}
}

static bool
read_file(const char *path, struct settings *s, FILE *problems)
{
	json_error_t error;
	json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error), *value;
	const char *name;
	char room[32];
	bool ok = json_is_object(file);

	if (!file)
		fprintf(problems, "crudd: %s:%d: %s\n", path, error.line, error.text);
	else if (!ok)
		fprintf(problems, "crudd: %s: expected a JSON object\n", path);
	json_object_foreach(file, name, value)
		ok = take(s, path, name, as_text(value, room, sizeof room), problems) && ok;
	json_decref(file);
	return ok;
}

static bool
read_environment(char *const *env, struct settings *s, FILE *problems)
{
	static const char prefix[] = "CRUDD_";
	bool ok = true;

	for (; env && *env; env++) {
		const char *equals = strchr(*env, '=');
		char name[64];
		size_t n = 0;

		if (!equals || strncmp(*env, prefix, sizeof prefix - 1) != 0)
			continue;
		for (const char *c = *env + sizeof prefix - 1; c < equals && n < sizeof name - 1; c++)
			name[n++] = (char)tolower((unsigned char)*c);
		name[n] = '\0';
		ok = take(s, "environment", name, equals + 1, problems) && ok;
	}
	return ok;
}

bool
config_read(const char *path, char *const *env, FILE *problems, struct settings *ret_settings)
{
	bool ok = true;

	*ret_settings = (struct settings){0};
	for (size_t i = 0; i < ROWS; i++)
		ok = take(ret_settings, "default", rows[i].name, rows[i].def, problems) && ok;
	if (path)
		ok = read_file(path, ret_settings, problems) && ok;
	return read_environment(env, ret_settings, problems) && ok;
}

void
config_print(FILE *out)
{
	for (size_t i = 0; i < ROWS; i++) {
		fprintf(out, "  %s\n      %s\n      ", rows[i].name, rows[i].doc);
		print_expected(out, rows + i);
		fprintf(out, "; default %s\n", *rows[i].def ? rows[i].def : "empty");
	}
}

void
config_print_roff(FILE *out)
{
	for (size_t i = 0; i < ROWS; i++) {
		fprintf(out, ".TP\n\\fB%s\\fR\n%s\n.br\n", rows[i].name, rows[i].doc);
		print_expected(out, rows + i);
		fprintf(out, "; default %s\n", *rows[i].def ? rows[i].def : "empty");
	}
}
