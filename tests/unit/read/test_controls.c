// Whether a control is met is decided by what stands in its block, and by the spec.

#include "../fixture.h"
#include "read/controls.h"
#include "stack/render.h"

#include <stdlib.h>

// The result of a control for a file that has this text, beside a spec with these lines. line is 0
// if the control was left out.
static struct control_result
result_of(struct ctx *c, const char *id, const char *path, const char *text, const char *lines)
{
	struct output file = {.path = path, .data = text, .len = strlen(text)};
	struct plan *plan = plan_of(c, arena_printf(c->arena, "name: gym\nregion: us-east-1\n%s", lines));
	struct control_results results = controls_find(c, plan, &(struct outputs){&file, 1});

	for (size_t i = 0; i < results.n; i++)
		if (strcmp(results.list[i].control.id, id) == 0)
			return results.list[i];
	return (struct control_result){0};
}

static void
lines_decide(void **state)
{
	static const struct {
		const char *id, *path, *text, *spec;
		bool met;
		size_t line;
		const char *reason;
	} cases[] = {
		{"ELB.4", "modules/alb/main.tf", "\nresource \"aws_lb\" \"this\" {\n  drop_invalid_header_fields = true\n}\n", "", true, 3, NULL},
		{"ELB.4", "modules/alb/main.tf", "resource \"aws_lb\" \"that\" {\n  drop_invalid_header_fields = true\n}\n", "", false, 0, NULL},
		{"ELB.4", "modules/alb/main.tf",
		 "resource \"aws_lb\" \"this\" {\n  drop_invalid_header_fields = false\n}\nx = 1\n# drop_invalid_header_fields = true\n", "", false,
		 1, NULL},
		{"ELB.5", "modules/alb/main.tf", "resource \"aws_lb\" \"this\" {\n  #checkov:skip=CKV_AWS_91:too dear\n}\n", "", false, 2, "too dear"},
		{"ELB.5", "modules/alb/main.tf", "resource \"aws_lb\" \"this\" {\n  #checkov:skip=CKV_AWS_911:too dear\n}\n", "", false, 1, NULL},
		{"ELB.6", "main.tf", "module \"alb\" {\n\n  deletion_protection = true\n}\n", "load_balancer: {deletion_protection: true}", true, 3,
		 NULL},
		{"ELB.6", "main.tf", "module \"alb\" {\n\n  deletion_protection = false\n}\n", "", false, 3,
		 "'load_balancer.deletion_protection' is false in the spec"},
		{"EC2.18", "modules/alb/main.tf",
		 "resource \"aws_vpc_security_group_ingress_rule\" \"http\" {\n  from_port = 22\n  to_port   = 80\n}\n", "", false, 3, NULL},
		{"IAM.1", "modules/asg/main.tf",
		 "data \"aws_iam_policy_document\" \"service\" {\n  actions = [\"s3:Get\"]\n  resources = [\"*\"]\n}\n", "", true, 2, NULL},
		{"IAM.1", "modules/asg/main.tf",
		 "data \"aws_iam_policy_document\" \"service\" {\n  actions = [\n    \"s3:*\",\n  ]\n}\n", "", false, 2, NULL},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ctx c = ctx_new();
		struct control_result r = result_of(&c, cases[i].id, cases[i].path, cases[i].text, cases[i].spec);
		if (r.met != cases[i].met || r.line != cases[i].line)
			fail_msg("row %zu: met %d, line %zu", i, r.met, r.line);
		ROW_EQUAL(i, r.reason ? r.reason : "", cases[i].reason ? cases[i].reason : "");
		arena_free(c.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
