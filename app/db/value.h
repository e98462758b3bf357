// One value on its way between JSON, the service and the database.
#ifndef VALUE_H
#define VALUE_H

#include <stddef.h>
#include <stdint.h>

enum value_kind {
	VALUE_NULL,
	VALUE_INT,  // ids, references, booleans as 0 and 1
	VALUE_TEXT, // everything else, as it stands in JSON: dates, times and decimals too
};

struct value {
	enum value_kind kind;
	int64_t number;
	const char *text; // not owned, need not end in NUL
	size_t len;
};

#endif
