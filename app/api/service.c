// The order of the refusals is deliberate: without a token, a client does not learn which paths
// exist.

#include "api/service.h"

#include <string.h>
#include <strings.h>

#include "api/auth.h"
#include "api/openapi.h"
#include "api/rate.h"
#include "api/request.h"
#include "api/resource.h"
#include "api/response.h"
#include "base/clock.h"
#include "db/job.h"
#include "model/problems.h"
#include "model/query.h"

bool
service_init(struct service *s, const char *title, struct auth *auth, unsigned requests_per_second)
{
	*s = (struct service){.site = {.title = title, .auth = auth}, .auth = auth};
	if (requests_per_second && !(s->rate = rate_new(requests_per_second)))
		return false;
	return routes_init(&s->routes) && resource_init() && openapi_write(&s->site.openapi, &s->routes, title);
}

void
service_end(struct service *s)
{
	routes_free(&s->routes);
	resource_end();
	text_free(&s->site.openapi);
	auth_free(s->auth);
	rate_free(s->rate);
	*s = (struct service){0};
}

bool
service_is_read(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

// Checks the token and the rate limit. False: *r is the refusal.
static bool
admit(const struct service *s, const struct request *q, const struct route *any, struct call *call, struct response *r)
{
	enum auth_verdict verdict = AUTH_FINE;

	if (s->auth && !(any && any->open))
		verdict = auth_check(s->auth, q->authorization, !service_is_read(q->method), call->caller);
	if (verdict == AUTH_UNKNOWN) {
		response_problem(r, 401, "unauthorized", "Send a token of this service in the header 'Authorization: Bearer TOKEN'.", q->id, NULL);
		response_header(r, "WWW-Authenticate", "Bearer realm=\"crudd\"");
	} else if (verdict == AUTH_FORBIDDEN) {
		response_problem(r, 403, "forbidden", "This token may only read.", q->id, NULL);
	} else if (s->rate && !(any && any->open) && !rate_take(s->rate, call->caller, clock_monotonic())) {
		response_problem(r, 429, "too-many-requests", "Rate limit exceeded. Try again later.", q->id, NULL);
		return false;
	}
	return verdict == AUTH_FINE;
}

// Is this the media type, with any parameters?
static bool
is_type(const char *type, const char *wanted)
{
	size_t len = strlen(wanted);

	return type && strncasecmp(type, wanted, len) == 0 && strchr(" \t;", type[len]);
}

static bool
admit_body(const struct route *route, const struct request *q, struct response *r)
{
	static const char json[] = "application/json", patch[] = "application/merge-patch+json";
	bool fine = is_type(q->content_type, json) || (route->kind == ROUTE_PATCH && is_type(q->content_type, patch));

	if (q->content_encoding && strcasecmp(q->content_encoding, "identity") != 0) {
		response_problem(r, 415, "unsupported-media-type", "Content-Encoding is not supported: send the body uncompressed.", q->id, NULL);
		response_header(r, "Accept-Encoding", "identity");
		return false;
	}
	if (fine)
		return true;
	response_problem(r, 415, "unsupported-media-type",
		route->kind == ROUTE_PATCH ? "Content-Type must be application/merge-patch+json or application/json."
				     : "Content-Type must be application/json.",
		q->id, NULL);
	response_header(r, route->kind == ROUTE_PATCH ? "Accept-Patch" : "Accept-Post", route->kind == ROUTE_PATCH ? patch : json);
	return false;
}

// Only lists have parameters. Pages ignore them: clients add one to bypass a cache.
static bool
admit_query(const struct route *route, const struct request *q, struct response *r)
{
	struct problems problems = {0};

	if (route->kind == ROUTE_LIST || route->kind == ROUTE_PAGE)
		return true;
	bool ok = query_refuse(q->query, &problems);
	if (!ok && problems.n)
		response_problem(r, 422, "invalid", "This request takes no query parameters.", q->id, &problems);
	else if (!ok)
		response_free(r);
	problems_free(&problems);
	return ok;
}

bool
service_begin(const struct service *s, const struct request *q, struct call *ret_call, const struct route **ret_any, struct response *r)
{
	struct route_match match;

	routes_find(&s->routes, q->method, q->path, &match);
	*ret_call = (struct call){.request = q, .route = match.route, .id = match.id};
	*ret_any = match.any;
	if (!admit(s, q, match.any, ret_call, r))
		return true;
	if (!match.any || (match.route && match.id < 0)) {
		response_problem(r, 404, "not-found", "This path does not exist.", q->id, NULL);
		return true;
	}
	if (!match.route) {
		if (strcmp(q->method, "OPTIONS") == 0)
			response_empty(r, 204);
		else
			response_problem(r, 405, "method-not-allowed", "This path does not support this method.", q->id, NULL);
		response_header(r, "Allow", match.allow);
		return true;
	}
	return !admit_query(match.route, q, r) || (match.route->body && !admit_body(match.route, q, r));
}

bool
service_answer(const struct service *s, const struct call *call, struct response *r)
{
	if (!call->route->page)
		return false;
	call->route->page(&s->site, call, r);
	return true;
}

void
service_describe(const struct service *s, const struct call *call, struct job *ret_job)
{
	const struct route *route = call->route;
	bool keyed = route->keyed && call->request->idempotency_key;

	ret_job->repeatable = route->repeatable || keyed;
	ret_job->kind = route->run_many && !keyed ? route : NULL;
	ret_job->any_number = route->kind == ROUTE_GET;
	ret_job->table = route->entity;
	// only a change of a row waits for its lock
	ret_job->row = route->repeatable ? 0 : service_row(call);
	ret_job->caller = s->auth && auth_has_several(s->auth) ? call->caller : "";
}

void
service_fail(enum db_status status, const struct call *call, struct response *r)
{
	if (status == DB_MEMORY)
		response_free(r);
	else if (status == DB_FAILED)
		response_problem(r, 500, "internal", "Internal error. The service's log describes it under this request id.", call->request->id, NULL);
	else if (status == DB_FULL)
		response_problem(r, 503, "unavailable", "The database has no space to write. Reading still works.", call->request->id, NULL);
	else
		response_problem(r, 503, "unavailable", "The database did not answer in time. Try again later.", call->request->id, NULL);
}

int64_t
service_row(const struct call *call)
{
	return call->route && call->route->entity && !call->route->by && call->id > 0 ? call->id : 0;
}
