// The table of fields: every key that a spec can have. Parsing, default, limits, hints, JSON schema
// and explanation follow from a row.
#ifndef FIELDS_H
#define FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum field_type {
	F_TEXT,     // struct text
	F_CHOICE,   // struct text: one of words
	F_INT,      // struct num
	F_DURATION, // struct num, in seconds; written 30s, 5m or 1h
	F_BOOL,     // struct flag
	F_TEXTS,    // struct texts: a list
	F_DICT,     // struct dict: names to texts
	F_ZONES,    // struct zones: a number or a list
	F_SECTION,  // the section's own struct
	F_SECTIONS, // struct sections: a list; the first row of the sub-table is the name of each
	F_OVERLAYS, // struct origin: names to partial specs
};

// What an edit of a key does to a stack that runs, from harmless to impossible.
enum edit {
	EDIT_NONE,      // only of tables that are no part of a spec
	EDIT_IN_PLACE,  // settings change, and no one notices
	EDIT_RESCALE,   // instances come or go
	EDIT_ROLL,      // every instance is replaced behind the load balancer
	EDIT_INTERRUPT, // seconds or minutes without the database or the service
	EDIT_REPLACE,   // data or an address is lost
	EDIT_REFUSE,    // AWS would not do it
	EDIT_JUDGED,    // one of these, depending on the values: read/judge.c decides
};

struct field {
	const char *key; // as written in YAML; NULL ends a table
	size_t offset;   // of the member in the struct that the table mirrors
	enum field_type type;
	const struct field *sub; // F_SECTION, F_SECTIONS: its fields
	size_t size;             // F_SECTIONS: of the struct of one
	bool optional;           // F_SECTION: if it is absent, it has no defaults
	bool required;
	long min, max;            // F_INT, F_DURATION (seconds), F_ZONES; F_TEXTS, F_DICT, F_SECTIONS: at most max of them
	long step;                // F_DURATION: the value is a multiple of this, in seconds
	const char *const *words; // F_CHOICE, F_INT: the allowed values, NULL-terminated
	const char *pattern;      // F_TEXT, F_TEXTS, F_DICT values: regular expression (PCRE)
	const char *key_pattern;  // F_DICT: for its keys
	const char *shape;        // what the patterns mean, after "expected"
	const char *def;          // as a user would write it; NULL: none
	const char *example;      // another possible value
	const char *doc;          // one sentence or two, ending in a full stop
	const char *const *also;  // wrong keys that mean this one, for the hint; NULL-terminated
	const char *src;          // where a limit comes from, if not from the spec language itself
	enum edit edit;           // not of F_SECTION, F_OVERLAYS
	const char *effect;       // what the edit does, after the edit's name; NULL: judged
};

// A value and the row that describes it.
struct value {
	const struct field *field;
	const void *member; // of the struct that the row's type says
};

// Rows of a table: the key and the member's place from one word, and the type. The C compiler
// refuses a row whose member is not of the struct that the type needs. KEYED is for a key that is
// no C identifier, such as 'for'.
#define FIELD_PLACE(kind, parent, member) \
	(offsetof(parent, member) + 0 * sizeof(char[_Generic(((parent *)0)->member, struct kind: 1)]))
#define FIELD(kind, type_, parent, member) .key = #member, .offset = FIELD_PLACE(kind, parent, member), .type = type_
#define KEYED(word, kind, type_, parent, member) .key = word, .offset = FIELD_PLACE(kind, parent, member), .type = type_
#define FIELD_TEXT(parent, member) FIELD(text, F_TEXT, parent, member)
#define FIELD_CHOICE(parent, member) FIELD(text, F_CHOICE, parent, member)
#define FIELD_INT(parent, member) FIELD(num, F_INT, parent, member)
#define FIELD_DURATION(parent, member) FIELD(num, F_DURATION, parent, member)
#define FIELD_BOOL(parent, member) FIELD(flag, F_BOOL, parent, member)
#define FIELD_TEXTS(parent, member) FIELD(texts, F_TEXTS, parent, member)
#define FIELD_DICT(parent, member) FIELD(dict, F_DICT, parent, member)
#define FIELD_ZONES(parent, member) FIELD(zones, F_ZONES, parent, member)
#define FIELD_OVERLAYS(parent, member) FIELD(origin, F_OVERLAYS, parent, member)
// The member's struct must be the one that the sub-table mirrors: spec_<member>, which begins with
// its origin.
#define FIELD_SECTION(parent, member) \
	.key = #member, .offset = FIELD_PLACE(spec_##member, parent, member), .type = F_SECTION, .sub = member##_fields

// The same for a list of them: the struct of one is spec_<member>.
#define FIELD_SECTIONS(parent, member) \
	FIELD(sections, F_SECTIONS, parent, member), .sub = member##_fields, .size = sizeof(struct spec_##member)

extern const struct field spec_fields[];
// The tables of its sections, a file for each subject.
extern const struct field network_fields[], load_balancer_fields[], https_fields[], firewall_fields[]; // fields_network.c
extern const struct field service_fields[], scaling_fields[];       // fields_service.c
extern const struct field database_fields[], backup_fields[];       // fields_database.c
// fields_operation.c
extern const struct field alarms_fields[], security_fields[], budget_fields[], state_fields[];

// The row of a dotted path such as "scaling.out.for", looked up in table, or NULL. *ret_offset,
// unless NULL, becomes the member's offset from the struct that the table mirrors; the rows below a
// list of sections have none, and are found only without it.
const struct field *field_find(const struct field *table, const char *path, size_t *ret_offset);
// What a row's values are called: "a whole number", "true or false".
const char *field_type_name(enum field_type type);

#endif
