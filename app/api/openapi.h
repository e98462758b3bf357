// The description of the API, OpenAPI 3.1, made from the tables of entities and routes. Its x-crudd
// describes the entities for the pages.
#ifndef OPENAPI_H
#define OPENAPI_H

#include <stdbool.h>

#include "api/route.h"
#include "base/text.h"

// False if memory ran out.
bool openapi_write(struct text *out, const struct routes *routes, const char *title);

#endif
