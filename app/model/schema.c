// Each entity has three schemas: its rows, the body of a POST or PUT, the body of a PATCH. Each
// reference adds one more: the body of a POST to a path that already gives that reference.

#include "model/schema.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "model/entity.h"

// The rules of record.c as patterns.
static const char text_pattern[] = "^[^\\u0000-\\u0020\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f])?$";
static const char email_pattern[] = "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
				    "(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$";
static const char date_pattern[] = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

static json_t *
choices_of(const struct column *c)
{
	json_t *list = json_array();

	for (const char *const *choice = c->choices; *choice; choice++)
		json_array_append_new(list, json_string(*choice));
	return list;
}

json_t *
schema_text(const char *pattern, unsigned max, const char *shape)
{
	json_t *schema = json_pack("{s:s, s:s, s:s}", "type", "string", "pattern", pattern, "x-shape", shape);

	if (max)
		json_object_set_new(schema, "maxLength", json_integer(max));
	return schema;
}

static json_t *
text_schema(const struct column *c)
{
	char shape[120];

	snprintf(shape, sizeof shape, "%u to %u characters, without control characters, not blank at either end", c->min, c->max);
	json_t *schema = schema_text(text_pattern, c->max, shape);
	json_object_set_new(schema, "minLength", json_integer(c->min));
	return schema;
}

static json_t *
digits_schema(const struct column *c)
{
	char pattern[40], shape[40];

	snprintf(pattern, sizeof pattern, "^[0-9]{%u,%u}$", c->min, c->max);
	snprintf(shape, sizeof shape, "%u to %u digits", c->min, c->max);
	return schema_text(pattern, 0, shape);
}

static json_t *
email_schema(const struct column *c)
{
	char shape[60];

	snprintf(shape, sizeof shape, "email address, at most %u characters", c->max);
	return schema_text(email_pattern, c->max, shape);
}

static json_t *
decimal_schema(const struct column *c)
{
	char pattern[60], shape[100];

	snprintf(pattern, sizeof pattern, "^(0|[1-9][0-9]{0,%u})(\\.[0-9]{1,%u})?$", c->max - c->decimals - 1, c->decimals);
	snprintf(shape, sizeof shape, "decimal number as a string, at most %u digits before the point and %u after it",
		c->max - c->decimals, c->decimals);
	return schema_text(pattern, 0, shape);
}

static json_t *
date_schema(void)
{
	json_t *schema = schema_text(date_pattern, 0, "date, YYYY-MM-DD");

	json_object_set_new(schema, "format", json_string("date"));
	return schema;
}

json_t *
schema_of(const struct column *c)
{
	switch (c->type) {
	case COLUMN_TEXT:
		return text_schema(c);
	case COLUMN_DIGITS:
		return digits_schema(c);
	case COLUMN_EMAIL:
		return email_schema(c);
	case COLUMN_CHOICE:
		return json_pack("{s:s, s:o}", "type", "string", "enum", choices_of(c));
	case COLUMN_DECIMAL:
		return decimal_schema(c);
	case COLUMN_DATE:
		return date_schema();
	case COLUMN_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case COLUMN_REFERENCE:
	case COLUMN_ID:
		return json_pack("{s:s, s:s, s:i, s:I}", "type", "integer", "format", "int64", "minimum", 1, "maximum", (json_int_t)INT64_MAX);
	case COLUMN_TIME:
		return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	}
	return NULL;
}

// Member, MemberInput, SubscriptionInput_without_member_id
static void
name_of(const struct entity *e, const char *kind, const struct column *by, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s%s", e->one, kind ? kind : "", by ? "_without_" : "", by ? by->name : "");
	out[0] = (char)toupper((unsigned char)out[0]);
}

json_t *
schema_ref(const struct entity *e, const char *kind, const struct column *by)
{
	char name[200];

	name_of(e, kind, by, name, sizeof name);
	return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", name));
}

// With its description, its default, and null where the column allows it.
static json_t *
property(const struct column *c, bool null, bool input)
{
	json_t *schema = schema_of(c);

	if (null)
		schema = json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
	json_object_set_new(schema, "description", json_string(c->doc));
	if (input && c->def)
		json_object_set_new(schema, "default", json_loads(c->def, JSON_DECODE_ANY, NULL));
	return schema;
}

static json_t *
row_schema(const struct entity *e)
{
	json_t *properties = json_object(), *required = json_array();
	const struct column *const common[] = {&column_id, &column_created_at, &column_updated_at};

	for (size_t i = 0; i < e->n + 3; i++) {
		const struct column *c = i == 0 ? common[0] : i <= e->n ? &e->columns[i - 1] : common[i - e->n];

		json_object_set_new(properties, c->name, property(c, !(c->flags & (REQUIRED | READ_ONLY)) && !c->def, false));
		json_array_append_new(required, json_string(c->name));
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:b}", "type", "object", "description", e->doc, "properties", properties, "required", required,
		"additionalProperties", 0);
}

// A client may send back a row as it read it: the service accepts the members that it maintains
// itself, and ignores their values.
static void
add_ignored(json_t *properties)
{
	json_t *id = schema_of(&column_id);

	json_object_set_new(id, "description", json_string("Must equal the id in the path, if the path has one."));
	json_object_set_new(properties, "id", id);
	for (int i = 0; i < 2; i++) {
		json_t *time = schema_text("^[0-9TtZz:.+ -]{1,40}$", 0, "time");

		json_object_set_new(time, "description", json_string("Ignored: set by the service."));
		json_object_set_new(properties, i ? "updated_at" : "created_at", time);
	}
}

static json_t *
input_schema(const struct entity *e, bool patch, const struct column *by)
{
	json_t *properties = json_object(), *required = json_array();

	for (size_t i = 0; i < e->n; i++) {
		const struct column *c = &e->columns[i];

		json_object_set_new(properties, c->name, property(c, !(c->flags & REQUIRED), !patch));
		if (c->flags & REQUIRED && !patch && c != by)
			json_array_append_new(required, json_string(c->name));
	}
	add_ignored(properties);
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required", required, "additionalProperties", 0);
}

static json_t *
text_property(const char *description)
{
	return json_pack("{s:s, s:s}", "type", "string", "description", description);
}

static json_t *
errors_schema(void)
{
	json_t *properties = json_pack("{s:o, s:o, s:o}", "field", text_property("The field or parameter."), "code",
		text_property("A stable word for programs."), "detail", text_property("The end of a sentence that starts with the field."));
	json_t *item = json_pack("{s:s, s:o, s:[s, s, s]}", "type", "object", "properties", properties, "required", "field", "code", "detail");

	return json_pack("{s:s, s:s, s:o}", "type", "array", "description", "One entry for each invalid field or parameter.", "items", item);
}

static json_t *
problem_schema(void)
{
	json_t *properties = json_pack("{s:o, s:o, s:{s:s, s:s}, s:o, s:o, s:o, s:o}", "type",
		text_property("urn:crudd:problem: and a stable word for programs."), "title", text_property("The name of the status."), "status",
		"type", "integer", "description", "The status of the response.", "detail", text_property("A sentence for the reader."),
		"request_id", text_property("The id of the request in the log."), "errors", errors_schema(), "conflict",
		text_property("The path of the row that has the value already."));

	return json_pack("{s:s, s:s, s:o, s:[s, s, s, s, s]}", "type", "object", "description", "An error, as RFC 9457 defines it.",
		"properties", properties, "required", "type", "title", "status", "detail", "request_id");
}

static void
add_schemas(json_t *all, const struct entity *e)
{
	char name[200];

	name_of(e, NULL, NULL, name, sizeof name);
	json_object_set_new(all, name, row_schema(e));
	name_of(e, "Input", NULL, name, sizeof name);
	json_object_set_new(all, name, input_schema(e, false, NULL));
	name_of(e, "Patch", NULL, name, sizeof name);
	json_object_set_new(all, name, input_schema(e, true, NULL));
	for (const struct column *c = e->columns; c < e->columns + e->n; c++) {
		if (c->type != COLUMN_REFERENCE)
			continue;
		name_of(e, "Input", c, name, sizeof name);
		json_object_set_new(all, name, input_schema(e, false, c));
	}
}

json_t *
schema_all(void)
{
	json_t *all = json_object();

	for (const struct entity *e = entities; e < entities + entities_n; e++)
		add_schemas(all, e);
	json_object_set_new(all, "Problem", problem_schema());
	return all;
}

// ---- x-crudd

static const char *
type_name(enum column_type type)
{
	static const char *const names[] = {[COLUMN_TEXT] = "text", [COLUMN_DIGITS] = "digits", [COLUMN_EMAIL] = "email",
		[COLUMN_CHOICE] = "choice", [COLUMN_DECIMAL] = "decimal", [COLUMN_DATE] = "date", [COLUMN_BOOL] = "bool",
		[COLUMN_REFERENCE] = "reference", [COLUMN_ID] = "id", [COLUMN_TIME] = "time"};

	return names[type];
}

static json_t *
column_facts(const struct column *c)
{
	static const struct {
		unsigned flag;
		const char *name;
	} flags[] = {{REQUIRED, "required"}, {UNIQUE, "unique"}, {FILTER, "filter"}, {SORT, "sort"}, {SEARCH, "search"}};
	json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "name", c->name, "label", c->label, "type", type_name(c->type), "doc", c->doc);

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (c->flags & flags[i].flag)
			json_object_set_new(o, flags[i].name, json_true());
	if (c->min)
		json_object_set_new(o, "min", json_integer(c->min));
	if (c->max)
		json_object_set_new(o, "max", json_integer(c->max));
	if (c->type == COLUMN_DECIMAL)
		json_object_set_new(o, "decimals", json_integer(c->decimals));
	if (c->format)
		json_object_set_new(o, "format", json_string(c->format));
	if (c->choices)
		json_object_set_new(o, "choices", choices_of(c));
	if (c->references)
		json_object_set_new(o, "references", json_string(c->references));
	if (c->def)
		json_object_set_new(o, "default", json_loads(c->def, JSON_DECODE_ANY, NULL));
	return o;
}

static json_t *
entity_facts(const struct entity *e)
{
	json_t *columns = json_array(), *label = json_array();

	for (size_t i = 0; i < e->n; i++)
		json_array_append_new(columns, column_facts(&e->columns[i]));
	for (size_t i = 0; i < sizeof e->label / sizeof *e->label && e->label[i]; i++)
		json_array_append_new(label, json_string(e->label[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "name", e->name, "one", e->one, "title", e->title, "doc", e->doc, "label", label,
		"columns", columns);
}

json_t *
schema_entities(const char *title)
{
	json_t *list = json_array(), *home = json_array();

	for (const struct entity *e = entities; e < entities + entities_n; e++)
		json_array_append_new(list, entity_facts(e));
	for (size_t i = 0; i < home_counts_n; i++)
		json_array_append_new(home, json_pack("{s:s, s:s, s:s}", "label", home_counts[i].label, "entity", home_counts[i].entity, "query",
			home_counts[i].query));
	return json_pack("{s:s, s:o, s:o}", "title", title, "entities", list, "home", home);
}
