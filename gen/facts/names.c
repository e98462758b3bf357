// Makes the names. check/names.c checks that AWS accepts them.

#include "facts/names.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "spec/spec.h"

#include <string.h>

const char *
name_stack(struct ctx *c, const struct spec *s)
{
	return arena_join(c->arena, arena_join(c->arena, s->name.value, "-"), s->environment.value);
}

const char *
name_load_balancer(struct ctx *c, const struct spec *s)
{
	const char *stack = name_stack(c, s);
	char hex[HASH_HEX + 1];

	if (strlen(stack) <= NAME_LOAD_BALANCER_MAX)
		return stack;
	hash_hex(stack, strlen(stack), hex);
	return arena_printf(c->arena, "%.*s-%.6s", NAME_LOAD_BALANCER_MAX - 7, stack, hex);
}

const char *
name_target_group(struct ctx *c, const struct spec *s)
{
	const char *stack = name_stack(c, s);
	const char *fixed = arena_printf(c->arena, "%s HTTP %ld instance", stack, s->service.port.value);
	char hex[HASH_HEX + 1];

	hash_hex(fixed, strlen(fixed), hex);
	return arena_printf(c->arena, "%.*s-%.6s", NAME_LOAD_BALANCER_MAX - 7, stack, hex);
}

const char *
name_database(struct ctx *c, const struct spec *s)
{
	char *name = arena_join(c->arena, s->name.value, "_db");

	for (char *at = name; *at; at++)
		*at = *at == '-' ? '_' : *at;
	return name;
}
