// A value is checked in one place, as text, whether it came in JSON or in a query. For JSON, its
// type is checked first.

#include "model/record.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "model/problems.h"

enum { NESTING_MAX = 16, EXPECTED_SIZE = 160 };

static bool
is_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0;
}

static size_t
count_characters(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

static bool
is_text(const struct column *c, const char *s, size_t len)
{
	size_t n = count_characters(s, len);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return n >= c->min && n <= c->max && (n == 0 || (s[0] != ' ' && s[len - 1] != ' '));
}

// The same addresses as a browser's <input type=email>.
static bool
is_email(const struct column *c, const char *s, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static const char others[] = ".!#$%&'*+/=?^_`{|}~-";
	const char *at = memchr(s, '@', len);

	if (!at || at == s || len > c->max)
		return false;
	for (const char *p = s; p < at; p++)
		if (!*p || (!strchr(letters, *p) && !strchr(others, *p)))
			return false;
	size_t label = 0;
	for (const char *p = at + 1; p < s + len; p++) {
		bool end = p + 1 == s + len || p[1] == '.';

		if (*p == '.' ? label == 0 : *p == '-' ? label == 0 || end : !*p || !strchr(letters, *p))
			return false;
		label = *p == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return label > 0;
}

static bool
is_choice(const struct column *c, const char *s, size_t len)
{
	for (const char *const *choice = c->choices; *choice; choice++)
		if (strlen(*choice) == len && memcmp(*choice, s, len) == 0)
			return true;
	return false;
}

static bool
is_date(const char *s, size_t len)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (len != 10 || !is_digits(s, 4) || s[4] != '-' || !is_digits(s + 5, 2) || s[7] != '-' || !is_digits(s + 8, 2))
		return false;
	int year = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + s[3] - '0';
	int month = (s[5] - '0') * 10 + s[6] - '0', day = (s[8] - '0') * 10 + s[9] - '0';
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

// "50", "50.5": digits without leading zeros. `number` gets all decimal places.
static bool
take_decimal(const struct column *c, const char *s, size_t len, char number[NUMBER_SIZE])
{
	const char *point = memchr(s, '.', len);
	size_t whole = point ? (size_t)(point - s) : len, places = point ? len - whole - 1 : 0;

	if (!is_digits(s, whole) || whole > c->max - c->decimals || (whole > 1 && s[0] == '0'))
		return false;
	if (point && (!is_digits(point + 1, places) || places > c->decimals))
		return false;
	snprintf(number, NUMBER_SIZE, "%.*s.%.*s%.*s", (int)whole, s, (int)places, point ? point + 1 : "", (int)(c->decimals - places),
		"000000000");
	return true;
}

static bool
take_id(const char *s, size_t len, int64_t *ret_id)
{
	int64_t id = 0;

	if (!is_digits(s, len) || s[0] == '0' || len > 19)
		return false;
	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, s[i] - '0', &id))
			return false;
	*ret_id = id;
	return true;
}

static void
describe(const struct column *c, char out[EXPECTED_SIZE])
{
	size_t used = 0;

	switch (c->type) {
	case COLUMN_TEXT:
		snprintf(out, EXPECTED_SIZE, "must be text of %u to %u characters, without control characters and without leading or trailing spaces",
			c->min, c->max);
		break;
	case COLUMN_DIGITS:
		snprintf(out, EXPECTED_SIZE, "must be %u to %u digits", c->min, c->max);
		break;
	case COLUMN_EMAIL:
		snprintf(out, EXPECTED_SIZE, "must be an email address of at most %u characters", c->max);
		break;
	case COLUMN_CHOICE:
		used = (size_t)snprintf(out, EXPECTED_SIZE, "must be one of ");
		for (const char *const *choice = c->choices; *choice && used < EXPECTED_SIZE; choice++)
			used += (size_t)snprintf(out + used, EXPECTED_SIZE - used, choice[1] ? "%s, " : "%s", *choice);
		break;
	case COLUMN_DECIMAL:
		snprintf(out, EXPECTED_SIZE, "must be a decimal such as \"49.90\": at most %u digits before the point and %u after it",
			c->max - c->decimals, c->decimals);
		break;
	case COLUMN_DATE:
		snprintf(out, EXPECTED_SIZE, "must be a valid date, as YYYY-MM-DD, not before 1000-01-01");
		break;
	case COLUMN_BOOL:
		snprintf(out, EXPECTED_SIZE, "must be true or false");
		break;
	case COLUMN_REFERENCE:
	case COLUMN_ID:
		snprintf(out, EXPECTED_SIZE, "must be an id: a whole number of at least 1");
		break;
	case COLUMN_TIME:
		snprintf(out, EXPECTED_SIZE, "must be a time");
		break;
	}
}

const char *
record_parse(const struct column *c, const char *s, size_t len, char number[NUMBER_SIZE], struct value *ret_value,
	char ret_expected[EXPECTED_SIZE])
{
	struct value v = {.kind = VALUE_TEXT, .text = s, .len = len};
	bool ok = false;

	switch (c->type) {
	case COLUMN_TEXT:
		ok = is_text(c, s, len);
		break;
	case COLUMN_DIGITS:
		ok = len >= c->min && len <= c->max && is_digits(s, len);
		break;
	case COLUMN_EMAIL:
		ok = is_email(c, s, len);
		break;
	case COLUMN_CHOICE:
		ok = is_choice(c, s, len);
		break;
	case COLUMN_DECIMAL:
		ok = take_decimal(c, s, len, number);
		v.text = number;
		v.len = ok ? strlen(number) : 0;
		break;
	case COLUMN_DATE:
		ok = is_date(s, len);
		break;
	case COLUMN_BOOL:
		v.kind = VALUE_INT;
		v.number = len == 4 && memcmp(s, "true", 4) == 0;
		ok = v.number || (len == 5 && memcmp(s, "false", 5) == 0);
		break;
	case COLUMN_REFERENCE:
	case COLUMN_ID:
		v.kind = VALUE_INT;
		ok = take_id(s, len, &v.number);
		break;
	case COLUMN_TIME:
		// clients send it back as they read it, and the service ignores it
		ok = len >= 1 && len <= 40 && strspn(s, "0123456789TtZz:.+ -") >= len;
		break;
	}
	if (ok) {
		*ret_value = v;
		return NULL;
	}
	describe(c, ret_expected);
	return ret_expected;
}

static const char *
expected_type(const struct column *c)
{
	switch (c->type) {
	case COLUMN_BOOL:
		return "must be true or false";
	case COLUMN_REFERENCE:
	case COLUMN_ID:
		return "must be a whole number";
	default:
		return "must be a string";
	}
}

// Takes a JSON value through record_parse, if it has the type that the column has in JSON.
static void
take(const struct column *c, const json_t *json, char number[NUMBER_SIZE], struct value *ret_value, struct problems *problems)
{
	char expected[EXPECTED_SIZE], room[NUMBER_SIZE];
	const char *text = NULL;
	size_t len = 0;

	if (c->type == COLUMN_BOOL && json_is_boolean(json)) {
		text = json_is_true(json) ? "true" : "false";
		len = strlen(text);
	} else if ((c->type == COLUMN_REFERENCE || c->type == COLUMN_ID) && json_is_integer(json)) {
		len = (size_t)snprintf(room, sizeof room, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
		text = room;
	} else if (c->type != COLUMN_BOOL && c->type != COLUMN_REFERENCE && c->type != COLUMN_ID && json_is_string(json)) {
		text = json_string_value(json);
		len = json_string_length(json);
	}
	if (!text)
		problems_add(problems, c->name, "type", expected_type(c));
	else if (record_parse(c, text, len, number, ret_value, expected))
		problems_add(problems, c->name, "invalid", expected);
}

static void
take_member(const struct entity *e, const char *name, const json_t *json, int64_t id, struct problems *problems, struct record *r)
{
	const struct column *c = entity_column(e, name, strlen(name));
	struct value ignored = {0};
	char number[NUMBER_SIZE];

	if (!c) {
		char detail[EXPECTED_SIZE];

		snprintf(detail, sizeof detail, "is not a field of a %s", e->one);
		problems_add(problems, name, "unknown", detail);
	} else if (c->flags & READ_ONLY) {
		size_t before = problems->n;

		take(c, json, number, &ignored, problems);
		if (c->type == COLUMN_ID && id && problems->n == before && ignored.number != id)
			problems_add(problems, name, "mismatch", "must be the id in the path, or absent");
	} else {
		size_t i = entity_index(e, c);

		r->given[i] = true;
		if (!json_is_null(json))
			take(c, json, r->numbers[i], &r->values[i], problems);
		else if (c->flags & REQUIRED)
			problems_add(problems, name, "required", "may not be null");
		else
			r->given[i] = c->def == NULL; // null takes the default, if there is one
	}
}

// Is the nesting of objects and arrays within the limit? The parser recurses, so it must not see a
// deeper one.
static bool
is_shallow(const char *s, size_t len)
{
	size_t depth = 0;
	bool string = false;

	for (size_t i = 0; i < len; i++) {
		if (string) {
			if (s[i] == '\\')
				i++;
			else
				string = s[i] != '"';
		} else if (s[i] == '"') {
			string = true;
		} else if (s[i] == '{' || s[i] == '[') {
			if (++depth > NESTING_MAX)
				return false;
		} else if ((s[i] == '}' || s[i] == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

enum record_status
record_read(const struct entity *e, const char *body, size_t len, int64_t id, struct problems *problems, char ret_why[160],
	struct record *ret_record)
{
	json_error_t error;
	const char *name;
	json_t *value;

	*ret_record = (struct record){0};
	if (!is_shallow(body, len)) {
		snprintf(ret_why, 160, "Objects and arrays may not be nested deeper than %d.", NESTING_MAX);
		return RECORD_MALFORMED;
	}
	json_t *json = json_loadb(body, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!json) {
		snprintf(ret_why, 160, "Line %d, column %d of the body is not JSON: %.100s.", error.line, error.column, error.text);
		return RECORD_MALFORMED;
	}
	ret_record->json = json;
	if (!json_is_object(json)) {
		problems_add(problems, "", "type", "the body must be a JSON object");
		return RECORD_SHAPELESS;
	}
	json_object_foreach(json, name, value)
		take_member(e, name, value, id, problems, ret_record);
	return problems->n ? RECORD_INVALID : RECORD_FINE;
}

bool
record_complete(const struct entity *e, struct record *r, struct problems *problems)
{
	size_t before = problems->n;
	char expected[EXPECTED_SIZE];

	for (size_t i = 0; i < e->n; i++) {
		const struct column *c = &e->columns[i];

		if (r->given[i])
			continue;
		if (c->flags & REQUIRED)
			problems_add(problems, c->name, "required", "is missing");
		else if (c->def)
			record_parse(c, c->def, strlen(c->def), r->numbers[i], &r->values[i], expected);
	}
	return problems->n == before;
}

void
record_merge(const struct entity *e, struct record *r, const struct value *row)
{
	char expected[EXPECTED_SIZE];

	for (size_t i = 0; i < e->n; i++) {
		const struct column *c = &e->columns[i];
		bool null = json_is_null(json_object_get(r->json, c->name));

		if (null && c->def)
			record_parse(c, c->def, strlen(c->def), r->numbers[i], &r->values[i], expected);
		else if (!r->given[i])
			r->values[i] = row[i];
	}
}

bool
record_check(const struct entity *e, const struct record *r, struct problems *problems)
{
	size_t before = problems->n;

	if (e->rule)
		e->rule(e, r->values, problems);
	return problems->n == before;
}

void
record_free(struct record *r)
{
	json_decref(r->json);
	*r = (struct record){0};
}

static void
write_value(struct text *out, const struct column *c, const struct value *v)
{
	text_key(out, c->name);
	if (v->kind == VALUE_NULL)
		text_add(out, "null", 4);
	else if (v->kind == VALUE_TEXT)
		text_json(out, v->text, v->len);
	else if (c->type == COLUMN_BOOL)
		text_puts(out, v->number ? "true" : "false");
	else
		text_int(out, v->number);
}

void
record_write(struct text *out, const struct entity *e, const struct value *row)
{
	text_putc(out, '{');
	write_value(out, &column_id, row);
	for (size_t i = 0; i < e->n; i++) {
		text_putc(out, ',');
		write_value(out, &e->columns[i], row + 1 + i);
	}
	text_putc(out, ',');
	write_value(out, &column_created_at, row + 1 + e->n);
	text_putc(out, ',');
	write_value(out, &column_updated_at, row + 2 + e->n);
	text_putc(out, '}');
}
