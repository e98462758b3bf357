// One value: of a column, or a parameter of a statement.
#ifndef VALUE_H
#define VALUE_H

#include <stddef.h>
#include <stdint.h>

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

#endif
