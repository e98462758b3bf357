// One table of routes. The order of refusals is deliberate: who has no token learns nothing about which paths
// exist.

#include "route.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "version.h"

static bool
answer_json(int status, const char *type, json_t *body, struct response *ret_response)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

	json_decref(body);
	if (!text)
		return false;
	*ret_response = (struct response){
		.status = status, .route = "-", .type = type, .body = text, .len = strlen(text)};
	return true;
}

bool
route_problem(int status, const char *code, const char *detail, const char *id, struct response *ret_response)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {{400, "Bad request"}, {401, "Unauthorized"}, {404, "Not found"},
		{405, "Method not allowed"}, {413, "Content too large"}};
	const char *title = "Error";

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			title = titles[i].title;
	return answer_json(status, "application/problem+json",
		json_pack("{s:s+, s:s, s:i, s:s, s:s}", "type", "urn:crudd:problem:", code, "title", title,
			"status", status, "detail", detail, "request_id", id),
		ret_response);
}

static bool
get_health(const struct service *service, struct response *ret_response)
{
	(void)service;
	*ret_response = (struct response){
		.status = 200, .type = "text/plain; charset=utf-8", .body = strdup("ok\n"), .len = 3};
	return ret_response->body != NULL;
}

static bool
get_description(const struct service *service, struct response *ret_response)
{
	return answer_json(200, "application/json",
		json_pack("{s:s, s:s, s:s, s:s}", "name", "crudd", "title", service->title, "version",
			CRUDD_VERSION, "health", "/healthz"),
		ret_response);
}

// Open to everybody, token or not; GET and HEAD.
static const struct {
	const char *path;
	bool (*get)(const struct service *service, struct response *ret_response);
} routes[] = {
	{"/", get_description},
	{"/healthz", get_health},
};

static bool
answer(const struct service *service, const struct request *q, struct response *ret_response)
{
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(routes[i].path, q->path) != 0)
			continue;
		bool get = strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0;

		if (!(get ? routes[i].get(service, ret_response)
			  : route_problem(405, "method-not-allowed", "This resource can only be read.", q->id,
				    ret_response)))
			return false;
		ret_response->route = routes[i].path;
		if (!get)
			ret_response->allow = "GET, HEAD";
		return true;
	}
	return route_problem(404, "not-found", "There is nothing at this path.", q->id, ret_response);
}

static bool
is_open(const char *path)
{
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (strcmp(routes[i].path, path) == 0)
			return true;
	return false;
}

bool
route_answer(const struct service *service, const struct request *q, struct response *ret_response)
{
	if (is_open(q->path) || !service->token || auth_allows(service->token, q->authorization))
		return answer(service, q, ret_response);
	if (!route_problem(401, "unauthorized",
		    "Send the token of this service as 'Authorization: Bearer TOKEN'.", q->id, ret_response))
		return false;
	ret_response->challenge = true;
	return true;
}

void
response_free(struct response *r)
{
	free(r->body);
	*r = (struct response){0};
}
