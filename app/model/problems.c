// Problems are kept as the JSON of the response.

#include "model/problems.h"

#include <string.h>

enum { REPORTED_MAX = 100 };

void
problems_add(struct problems *p, const char *field, const char *code, const char *detail)
{
	if (p->n++ >= REPORTED_MAX)
		return;
	text_puts(&p->json, p->n > 1 ? ",{\"field\":" : "{\"field\":");
	text_json(&p->json, field, strlen(field));
	text_puts(&p->json, ",\"code\":");
	text_json(&p->json, code, strlen(code));
	text_puts(&p->json, ",\"detail\":");
	text_json(&p->json, detail, strlen(detail));
	text_putc(&p->json, '}');
}

void
problems_free(struct problems *p)
{
	text_free(&p->json);
	text_free(&p->conflict);
	*p = (struct problems){0};
}
