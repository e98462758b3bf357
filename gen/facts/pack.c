// The build stores the hash of each archive in a file of the same name plus .sha256.

#include "facts/pack.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/facts.h"
#include "spec/spec.h"

#include <string.h>

const char *
pack_target(struct ctx *c, const struct spec *s)
{
	struct instance_facts f = {0};

	fact_instance(c, s->service.instance_type.value, &f);
	return arena_printf(c->arena, "%s-%s", s->service.os.value, f.arm64 ? "arm64" : "amd64");
}

struct pack
pack_find(struct ctx *c, const struct spec *s)
{
	bool binary = strcmp(s->service.prebuilt.value, "binary") == 0;
	const char *suffix = binary ? arena_printf(c->arena, "-%s", pack_target(c, s)) : "";
	const char *path = arena_printf(c->arena, "service/crudd%s.tar.gz", suffix);
	const struct embedded *sum = embedded_find(arena_printf(c->arena, "%s.sha256", path));

	return (struct pack){embedded_find(path), sum ? sum->data : NULL};
}
