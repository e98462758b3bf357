// The description of the API, OpenAPI 3.1, made from the table of entities and the table of routes; and in it, as x-crudd, what the pages
// need to know of the entities.
#ifndef OPENAPI_H
#define OPENAPI_H

#include <stdbool.h>

#include "api/route.h"
#include "base/text.h"

// False if memory ran out.
bool openapi_write(struct text *out, const struct routes *routes, const char *title);

#endif
