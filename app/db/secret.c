// The file is read again for every connection, so that a rotated password needs no restart. The
// password is erased after use.

#include "db/secret.h"

#include <jansson.h>
#include <sha2.h>
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
		// without the parser's message, which may quote the file
		snprintf(why, size, "db_secret_file: %s: cannot be read as JSON", path);
		return false;
	}
	json_t *name = json_object_get(file, "username");
	bool ok = take(json_object_get(file, "password"), ret_secret->password) && (!name || take(name, ret_secret->user));
	if (!ok)
		snprintf(why, size, "db_secret_file: %s: expected an object with the string 'password' and optionally the string 'username'", path);
	json_decref(file);
	return ok;
}

void
secret_hash(const struct secret *s, uint8_t out[SECRET_HASH_SIZE])
{
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)s->user, strlen(s->user) + 1);
	SHA256Update(&sha, (const uint8_t *)s->password, strlen(s->password));
	SHA256Final(out, &sha);
}

void
secret_clear(struct secret *s)
{
	explicit_bzero(s, sizeof *s);
}
