// Input: a method, a path and a header value, each on a line. Checks that the service either answers
// or finds a route, and that a strong match of a tag is a weak match too.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "api/response.h"
#include "api/service.h"
#include "api/statements.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct service service;
	char *text = malloc(size + 1), *rest = text;
	struct response r = {0};
	struct call call;
	const struct route *any;

	if (!text)
		return 0;
	if (!service.site.title && !service_init(&service, "fuzz", NULL, 0))
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	const char *method = strsep(&rest, "\n"), *path = rest ? strsep(&rest, "\n") : "", *tag = rest ? rest : "";
	struct request q = {.method = method, .path = path, .id = "id", .body = "", .content_type = tag, .if_none_match = tag, .accept = tag};
	bool answered = service_begin(&service, &q, &call, &any, &r);
	if (answered != (r.status != 0) || (!answered && (!call.route || call.id < 0)) || (call.route && !any))
		abort();
	if (!answered && service_answer(&service, &call, &r) && !r.status)
		abort();
	if (etag_is_list(tag) && !*tag)
		abort();
	if (etag_matches(tag, 7, false) && !etag_matches(tag, 7, true))
		abort();
	response_free(&r);
	free(text);
	return 0;
}
