// Read anew for every connection, so that a rotated password needs no restart; kept no longer than that takes.

#include "db/secret.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static bool
take(const json_t *value, char *ret_text)
{
	size_t len = json_string_length(value);

	if (!json_is_string(value) || len > SECRET_MAX)
		return false;
	memcpy(ret_text, json_string_value(value), len + 1);
	return true;
}

bool
secret_read(const char *path, const char *user, struct secret *ret_secret, char *why, size_t size)
{
	json_error_t error;

	*ret_secret = (struct secret){0};
	snprintf(ret_secret->user, sizeof ret_secret->user, "%s", user);
	if (!*path)
		return true;
	json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!file) {
		// the parser's text may quote what is in the file
		snprintf(why, size, "db_secret_file: %s: cannot be read as JSON", path);
		return false;
	}
	json_t *name = json_object_get(file, "username");
	bool ok = take(json_object_get(file, "password"), ret_secret->password) && (!name || take(name, ret_secret->user));
	if (!ok)
		snprintf(why, size, "db_secret_file: %s: expected an object with the texts password and, perhaps, username", path);
	json_decref(file);
	return ok;
}

void
secret_clear(struct secret *s)
{
	explicit_bzero(s, sizeof *s);
}
