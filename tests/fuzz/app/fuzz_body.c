// Input: the body of a request, for each entity. Checks that an accepted body can be written, that
// jansson reads the result, and that reading it again gives the same. Also writes the input as a JSON
// string, which jansson must read back.

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/entity.h"
#include "model/problems.h"
#include "model/record.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_writer(const char *data, size_t size)
{
	struct text t = {0};

	text_json(&t, data, size);
	json_t *json = json_loadb(t.s, t.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL), *same = json_stringn(data, size);
	// NULL if the bytes are not UTF-8, which the writer repairs
	if (!json || (same && !json_equal(json, same)))
		abort();
	json_decref(json);
	json_decref(same);
	text_free(&t);
}

static void
write_row(const struct entity *e, const struct record *r, struct text *out)
{
	static const struct value time = {.kind = VALUE_TEXT, .text = "2026-01-01T00:00:00.000Z", .len = 24};
	struct value row[COLUMNS_MAX + 3] = {{.kind = VALUE_INT, .number = 1}};

	memcpy(row + 1, r->values, e->n * sizeof *row);
	row[e->n + 1] = row[e->n + 2] = time;
	record_write(out, e, row);
}

static bool
read_whole(const struct entity *e, const char *body, size_t size, struct text *out)
{
	struct problems problems = {0};
	struct record r;
	char why[160];
	bool ok = record_read(e, body, size, 0, &problems, why, &r) == RECORD_FINE && record_complete(e, &r, &problems) &&
		  record_check(e, &r, &problems);

	if (ok)
		write_row(e, &r, out);
	if (!ok && problems.n) {
		struct text all = {0};

		text_printf(&all, "[%s]", problems.json.s);
		json_t *json = json_loads(all.s, 0, NULL);
		if (!json)
			abort();
		json_decref(json);
		text_free(&all);
	}
	problems_free(&problems);
	record_free(&r);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body = malloc(size ? size : 1);

	if (!body)
		return 0;
	if (size)
		memcpy(body, data, size);
	check_writer(body, size);
	for (const struct entity *e = entities; e < entities + entities_n; e++) {
		struct text once = {0}, twice = {0};

		if (read_whole(e, body, size, &once) && (!read_whole(e, once.s, once.len, &twice) || strcmp(once.s, twice.s) != 0)) {
			fprintf(stderr, "not settled:\n%s\n%s\n", once.s, twice.s ? twice.s : "refused");
			abort();
		}
		text_free(&once);
		text_free(&twice);
	}
	free(body);
	return 0;
}
