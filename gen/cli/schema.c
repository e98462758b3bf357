// Makes the schema from the table of fields. It accepts the single values that tfgen accepts; tfgen
// alone checks several values together.

#include "cli/schema.h"

#include "spec/fields.h"

#include <jansson.h>
#include <string.h>

static json_t *section_schema(const struct field *table, bool partial);

// The patterns are PCRE. Not every editor supports Unicode classes, so the schema omits patterns
// with them.
static bool
is_portable(const char *pattern)
{
	return pattern && !strstr(pattern, "\\p{");
}

static json_t *
text_schema(const char *pattern)
{
	json_t *o = json_pack("{s:s}", "type", "string");

	if (is_portable(pattern))
		json_object_set_new(o, "pattern", json_string(pattern));
	return o;
}

static json_t *
words_schema(const struct field *f)
{
	json_t *words = json_array();

	for (const char *const *w = f->words; *w; w++)
		json_array_append_new(words, f->type == F_INT ? json_integer(strtol(*w, NULL, 10)) : json_string(*w));
	return json_pack("{s:o}", "enum", words);
}

static json_t *
list_schema(const struct field *f)
{
	json_t *o = json_pack("{s:s, s:o, s:b}", "type", "array", "items", text_schema(f->pattern), "uniqueItems", 1);

	if (f->max)
		json_object_set_new(o, "maxItems", json_integer(f->max));
	return o;
}

static json_t *
dict_schema(const struct field *f)
{
	// Numbers and booleans are read as text.
	json_t *value = json_pack("{s:[s, s, s]}", "type", "string", "number", "boolean");

	if (is_portable(f->pattern))
		json_object_set_new(value, "pattern", json_string(f->pattern));
	return json_pack("{s:s, s:i, s:o, s:o}", "type", "object", "maxProperties", (int)f->max, "propertyNames",
		text_schema(f->key_pattern), "additionalProperties", value);
}

static json_t *
value_schema(const struct field *f, bool partial)
{
	if (f->words)
		return words_schema(f);
	switch (f->type) {
	case F_TEXT:
	case F_CHOICE:
		// A version is text that looks like a number to YAML.
		return f->def && strspn(f->def, "0123456789.") == strlen(f->def)
			? json_pack("{s:[s, s], s:s}", "type", "string", "number", "pattern", f->pattern)
			: text_schema(f->pattern);
	case F_INT:
		return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", (int)f->min, "maximum", (int)f->max);
	case F_DURATION:
		return text_schema("^(0|[1-9][0-9]{0,6})[smh]$");
	case F_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case F_TEXTS:
		return list_schema(f);
	case F_DICT:
		return dict_schema(f);
	case F_ZONES:
		return json_pack("{s:[{s:s, s:i, s:i}, {s:s, s:o, s:i, s:i, s:b}]}", "oneOf", "type", "integer", "minimum",
			(int)f->min, "maximum", (int)f->max, "type", "array", "items", text_schema(f->pattern), "minItems",
			(int)f->min, "maxItems", (int)f->max, "uniqueItems", 1);
	case F_SECTION:
		return section_schema(f->sub, partial);
	case F_SECTIONS: // those of an overlay are complete, too
		return json_pack("{s:s, s:o, s:i}", "type", "array", "items", section_schema(f->sub, false), "maxItems", (int)f->max);
	case F_OVERLAYS:
		return json_pack("{s:s, s:o}", "type", "object", "additionalProperties", section_schema(spec_fields, true));
	}
	return json_object();
}

static json_t *
default_json(const struct field *f)
{
	if (f->type == F_INT || f->type == F_ZONES)
		return json_integer(strtol(f->def, NULL, 10));
	if (f->type == F_BOOL)
		return json_boolean(strcmp(f->def, "true") == 0);
	if (f->type == F_TEXTS || f->type == F_DICT || f->type == F_SECTIONS)
		return json_loads(f->def, 0, NULL);
	return json_string(f->def);
}

// partial: for an environment, in which nothing is required and the keys of its name are not
// allowed.
static json_t *
section_schema(const struct field *table, bool partial)
{
	static const char *const fixed[] = {"name", "environment", "environments"};
	json_t *properties = json_object(), *required = json_array();

	for (const struct field *f = table; f->key; f++) {
		bool skip = false;
		for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
			skip = skip || (partial && table == spec_fields && strcmp(f->key, fixed[i]) == 0);
		if (skip)
			continue;
		json_t *value = value_schema(f, partial);
		json_object_set_new(value, "description", json_string(f->doc));
		if (f->def)
			json_object_set_new(value, "default", default_json(f));
		if (f->required && !partial)
			json_array_append_new(required, json_string(f->key));
		json_object_set_new(properties, f->key, value);
	}
	json_t *o = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
	if (json_array_size(required))
		json_object_set(o, "required", required);
	json_decref(required);
	return o;
}

void
schema_print(FILE *out)
{
	json_t *root = section_schema(spec_fields, false);
	json_t *all = json_pack("{s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title", "tfgen spec");

	// Keys that begin with x- are for anchors.
	json_object_set_new(root, "patternProperties", json_pack("{s:b}", "^x-", 1));
	json_object_update(all, root);
	json_decref(root);
	json_dumpf(all, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(all);
}
