// One value: of a column, or a parameter of a statement.
#ifndef VALUE_H
#define VALUE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum value_kind {
	VALUE_NULL,
	VALUE_INT,  // ids, references, booleans as 0 and 1
	VALUE_TEXT, // everything else, in its JSON form: also dates, times and decimals
};

struct value {
	enum value_kind kind;
	int64_t number;
	const char *text; // not owned; may lack a final NUL
	size_t len;
};

static inline struct value
value_int(int64_t number)
{
	return (struct value){.kind = VALUE_INT, .number = number};
}

// The text must live as long as the value.
static inline struct value
value_text(const char *text, size_t len)
{
	return (struct value){.kind = VALUE_TEXT, .text = text, .len = len};
}

static inline struct value
value_string(const char *text)
{
	return value_text(text, strlen(text));
}

#endif
