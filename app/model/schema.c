// Each entity has three schemas: its rows, what a POST or PUT takes, what a PATCH takes; and one more for each reference, of what a POST
// takes where the path already says what that refers to.

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
schema_of(const struct column *c)
{
	switch (c->type) {
	case COLUMN_TEXT:
		return json_pack("{s:s, s:i, s:i, s:s}", "type", "string", "minLength", (int)c->min, "maxLength", (int)c->max, "pattern",
			text_pattern);
	case COLUMN_DIGITS:
		return json_pack("{s:s, s:o}", "type", "string", "pattern", json_sprintf("^[0-9]{%u,%u}$", c->min, c->max));
	case COLUMN_EMAIL:
		return json_pack("{s:s, s:i, s:s}", "type", "string", "maxLength", (int)c->max, "pattern", email_pattern);
	case COLUMN_CHOICE:
		return json_pack("{s:s, s:o}", "type", "string", "enum", choices_of(c));
	case COLUMN_DECIMAL:
		return json_pack("{s:s, s:o}", "type", "string", "pattern",
			json_sprintf("^(0|[1-9][0-9]{0,%u})(\\.[0-9]{1,%u})?$", c->max - c->decimals - 1, c->decimals));
	case COLUMN_DATE:
		return json_pack("{s:s, s:s, s:s}", "type", "string", "format", "date", "pattern", date_pattern);
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

// With its words, and with null where that is allowed.
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

// What was read may be sent back as it is: what the service keeps by itself is looked at, but not taken.
static void
add_ignored(json_t *properties)
{
	json_t *id = schema_of(&column_id);

	json_object_set_new(id, "description", json_string("Must be the id in the path, if there is one there."));
	json_object_set_new(properties, "id", id);
	for (int i = 0; i < 2; i++)
		json_object_set_new(properties, i ? "updated_at" : "created_at",
			json_pack("{s:s, s:s, s:s}", "type", "string", "pattern", "^[0-9TtZz:.+ -]{1,40}$", "description",
				"Ignored: kept by the service."));
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

json_t *
schema_all(void)
{
	json_t *all = json_object(), *text = json_pack("{s:s}", "type", "string");
	char name[200];

	for (const struct entity *e = entities; e < entities + entities_n; e++) {
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
	json_object_set_new(all, "Problem",
		json_pack("{s:s, s:s, s:{s:O, s:O, s:{s:s}, s:O, s:O, s:{s:s, s:{s:s, s:{s:O, s:O, s:O}, s:[s, s, s]}}}, s:[s, s, s, s, s]}", "type",
			"object", "description", "RFC 9457: what went wrong.", "properties", "type", text, "title", text, "status", "type",
			"integer", "detail", text, "request_id", text, "errors", "type", "array", "items", "type", "object", "properties", "field",
			text, "code", text, "detail", text, "required", "field", "code", "detail", "required", "type", "title", "status",
			"detail", "request_id"));
	json_decref(text);
	return all;
}

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
	if (c->choices)
		json_object_set_new(o, "choices", choices_of(c));
	if (c->references)
		json_object_set_new(o, "references", json_string(c->references));
	if (c->def)
		json_object_set_new(o, "default", json_loads(c->def, JSON_DECODE_ANY, NULL));
	return o;
}

json_t *
schema_entities(const char *title)
{
	json_t *list = json_array(), *home = json_array();

	for (const struct entity *e = entities; e < entities + entities_n; e++) {
		json_t *columns = json_array(), *label = json_array();

		for (size_t i = 0; i < e->n; i++)
			json_array_append_new(columns, column_facts(&e->columns[i]));
		for (size_t i = 0; i < sizeof e->label / sizeof *e->label && e->label[i]; i++)
			json_array_append_new(label, json_string(e->label[i]));
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "name", e->name, "one", e->one, "title", e->title, "doc",
			e->doc, "label", label, "columns", columns));
	}
	for (size_t i = 0; i < home_counts_n; i++)
		json_array_append_new(home, json_pack("{s:s, s:s, s:s}", "label", home_counts[i].label, "entity", home_counts[i].entity, "query",
			home_counts[i].query));
	return json_pack("{s:s, s:o, s:o}", "title", title, "entities", list, "home", home);
}
