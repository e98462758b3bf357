// The table of entities, then the functions that search it.

#include "model/entity.h"

#include <string.h>

#include "db/value.h"
#include "model/problems.h"

const struct column column_id = {.name = "id", .label = "Id", .type = COLUMN_ID, .flags = READ_ONLY | SORT, .doc = "Assigned by the service."};
const struct column column_created_at = {
	.name = "created_at", .label = "Created", .type = COLUMN_TIME, .flags = READ_ONLY, .doc = "When the row was created."};
const struct column column_updated_at = {
	.name = "updated_at", .label = "Changed", .type = COLUMN_TIME, .flags = READ_ONLY, .doc = "When the row was last changed."};

// For rules: the value of the column of this name; NULL if the entity has no such column.
static const struct value *
value_of(const struct entity *e, const struct value *values, const char *name)
{
	static const struct value none = {.kind = VALUE_NULL};

	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->columns[i].name, name) == 0)
			return &values[i];
	return &none;
}

// ---- members

static const struct column member_columns[] = {
	{.name = "name", .label = "Name", .type = COLUMN_TEXT, .flags = REQUIRED | FILTER | SORT | SEARCH, .min = 1, .max = 80,
		.doc = "First name."},
	{.name = "surname", .label = "Surname", .type = COLUMN_TEXT, .flags = REQUIRED | FILTER | SORT | SEARCH, .min = 1, .max = 80,
		.doc = "Family name."},
	{.name = "phone", .label = "Phone", .type = COLUMN_DIGITS, .flags = UNIQUE | FILTER | SEARCH, .min = 8, .max = 15, .format = "phone",
		.doc = "Number with its country code, digits only."},
	{.name = "email", .label = "Email", .type = COLUMN_EMAIL, .flags = UNIQUE | FILTER | SEARCH, .max = 254, .doc = "Address for mail."},
};

// ---- plans

static const char *const plan_types[] = {"day", "month", "half_year", "year", NULL};

static const struct column plan_columns[] = {
	{.name = "name", .label = "Name", .type = COLUMN_TEXT, .flags = REQUIRED | UNIQUE | FILTER | SORT | SEARCH, .min = 1, .max = 80,
		.doc = "What the plan is called."},
	{.name = "type", .label = "Type", .type = COLUMN_CHOICE, .flags = REQUIRED | FILTER, .choices = plan_types,
		.doc = "How long one payment lasts."},
	{.name = "price", .label = "Price", .type = COLUMN_DECIMAL, .flags = REQUIRED | FILTER | SORT, .max = 10, .decimals = 2,
		.doc = "For one payment."},
};

// ---- subscriptions

static const struct column subscription_columns[] = {
	{.name = "member_id", .label = "Member", .type = COLUMN_REFERENCE, .flags = REQUIRED | FILTER, .references = "members",
		.doc = "Who has it."},
	{.name = "plan_id", .label = "Plan", .type = COLUMN_REFERENCE, .flags = REQUIRED | FILTER, .references = "plans",
		.doc = "What it is for."},
	{.name = "start_date", .label = "Start date", .type = COLUMN_DATE, .flags = REQUIRED | FILTER | SORT, .doc = "First day."},
	{.name = "end_date", .label = "End date", .type = COLUMN_DATE, .flags = FILTER | SORT, .doc = "Last day; none: it has no end."},
	{.name = "active", .label = "Active", .type = COLUMN_BOOL, .flags = FILTER, .def = "true", .doc = "May the member come in?"},
};

static void
check_subscription(const struct entity *e, const struct value *values, struct problems *problems)
{
	const struct value *start = value_of(e, values, "start_date"), *end = value_of(e, values, "end_date");

	// dates in this form sort as text
	if (start->kind == VALUE_TEXT && end->kind == VALUE_TEXT && memcmp(end->text, start->text, 10) < 0)
		problems_add(problems, "end_date", "order", "may not be before start_date");
}

// ----

#define COLUMNS(list) .columns = list, .n = sizeof list / sizeof *list

const struct entity entities[] = {
	{.name = "members", .one = "member", .title = "Members", COLUMNS(member_columns), .label = {"name", "surname"}, .since = 1,
		.doc = "People who train here."},
	{.name = "plans", .one = "plan", .title = "Plans", COLUMNS(plan_columns), .label = {"name"}, .since = 1,
		.doc = "What members can subscribe to."},
	{.name = "subscriptions", .one = "subscription", .title = "Subscriptions", COLUMNS(subscription_columns),
		.rule = check_subscription, .label = {"start_date"}, .since = 1, .doc = "Which member has which plan, and when."},
};
const size_t entities_n = sizeof entities / sizeof *entities;

const struct home_count home_counts[] = {
	{"Members", "members", ""},
	{"Active subscriptions", "subscriptions", "active=true"},
	{"Ending this week", "subscriptions", "active=true&end_date_from={week_start}&end_date_to={week_end}"},
};
const size_t home_counts_n = sizeof home_counts / sizeof *home_counts;

static bool
is_named(const char *want, const char *name, size_t len)
{
	return strlen(want) == len && memcmp(want, name, len) == 0;
}

const struct column *
entity_column(const struct entity *e, const char *name, size_t len)
{
	const struct column *const common[] = {&column_id, &column_created_at, &column_updated_at};

	for (size_t i = 0; i < e->n; i++)
		if (is_named(e->columns[i].name, name, len))
			return &e->columns[i];
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (is_named(common[i]->name, name, len))
			return common[i];
	return NULL;
}

size_t
entity_index(const struct entity *e, const struct column *column)
{
	return (size_t)(column - e->columns);
}

bool
column_has_range(const struct column *column)
{
	return column->type == COLUMN_DATE || column->type == COLUMN_DECIMAL || column->type == COLUMN_TIME;
}

unsigned
entity_schema_version(void)
{
	unsigned last = 0;

	for (const struct entity *e = entities; e < entities + entities_n; e++) {
		if (e->since > last)
			last = e->since;
		for (size_t i = 0; i < e->n; i++)
			if (e->columns[i].since > last)
				last = e->columns[i].since;
	}
	return last;
}
