// Derives the plan from the spec. Templates only fill in values; everything that must be computed
// is computed here, where it can be tested.

#include "stack/plan.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/text.h"
#include "facts/facts.h"
#include "facts/names.h"
#include "facts/pack.h"
#include "facts/windows.h"
#include "spec/fields.h"
#include "spec/settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>


const struct field plan_fields[] = {
	{ FIELD_TEXT(struct plan, name), .doc = "The start of every name: <name>-<environment>." },
	{ FIELD_TEXT(struct plan, load_balancer_name), .doc = "At most 32 characters." },
	{ FIELD_TEXT(struct plan, target_group_name), .doc = "At most 32 characters, with a hash of what cannot change in place." },
	{ FIELD_DICT(struct plan, tags), .doc = "The stack's own tags and the user's." },
	{ FIELD_TEXTS(struct plan, zone_names), .doc = "Zones given by name; empty when only a number was given." },
	{ FIELD_INT(struct plan, zone_count), .doc = "How many zones." },
	{ FIELD_TEXT(struct plan, first_zone), .doc = "What a picture calls the first zone by name: that name, or 'zone 1'." },
	{ FIELD_TEXT(struct plan, second_zone), .doc = "The same for the second." },
	{ FIELD_TEXT(struct plan, third_zone), .doc = "The same for the third, if there is one." },
	{ FIELD_INT(struct plan, more_zones), .doc = "Zones after the third." },
	{ FIELD_TEXTS(struct plan, zone_letters), .doc = "Letters that have a slot in the network." },
	{ FIELD_INT(struct plan, zone_bits), .doc = "Bits that number those slots." },
	{ FIELD_TEXT(struct plan, network), .doc = "The network's range or, if it existed before, its id." },
	{ FIELD_BOOL(struct plan, own_network), .doc = "The stack makes its network." },
	{ FIELD_TEXT(struct plan, no_route), .doc = "What a picture adds to the database: in a network of the stack's own, its subnets have no route out." },
	{ FIELD_BOOL(struct plan, private), .doc = "Instances are in private subnets." },
	{ FIELD_BOOL(struct plan, private_subnets), .doc = "There are private subnets, for the instances or for the load balancer." },
	{ FIELD_BOOL(struct plan, public), .doc = "Instances are in public subnets, with addresses of their own." },
	{ FIELD_TEXT(struct plan, image_parameter), .doc = "SSM parameter that names the newest image of the release." },
	{ FIELD_TEXT(struct plan, architecture), .doc = "x86_64 or arm64, as EC2 calls it." },
	{ FIELD_BOOL(struct plan, burstable), .doc = "The instance type has CPU credits." },
	{ FIELD_BOOL(struct plan, watches_credits), .doc = "Instances run, and their type has CPU credits." },
	{ FIELD_BOOL(struct plan, nitro), .doc = "The console of the instance can be read at any time." },
	{ FIELD_INT(struct plan, grace_seconds), .doc = "Time to boot and pass the health checks." },
	{ FIELD_INT(struct plan, first_boot_minutes), .doc = "Time in which a new group must be healthy." },
	{ FIELD_INT(struct plan, out_periods), .doc = "'scaling.out.for' in minutes." },
	{ FIELD_INT(struct plan, in_periods), .doc = "'scaling.in.for' in minutes." },
	{ FIELD_BOOL(struct plan, parked), .doc = "No instance may run." },
	{ FIELD_INT(struct plan, least), .doc = "Fewest instances, now or by the schedule." },
	{ FIELD_INT(struct plan, peak), .doc = "The most instances, with those that a rollout starts beside them." },
	{ FIELD_BOOL(struct plan, scales), .doc = "The number of instances can change." },
	{ FIELD_TEXT(struct plan, schedule_table), .doc = "The actions of the schedule, as rows of a table in markdown." },
	{ FIELD_BOOL(struct plan, spread), .doc = "There are enough instances for one in each zone.",
	  .src = "EC2 Auto Scaling User Guide, Auto Scaling group Availability Zone distribution: an equal number in each zone" },
	{ FIELD_TEXT(struct plan, group_size), .doc = "How many instances the group has: '2 to 10 instances'." },
	{ FIELD_TEXT(struct plan, callers), .doc = "Who may connect: 'anywhere', or the number of networks." },
	{ FIELD_INT(struct plan, answer_seconds), .doc = "Seconds after which nothing more comes from the service." },
	{ FIELD_TEXT(struct plan, url), .doc = "Address of the service under its domain; none without one." },
	{ FIELD_INT(struct plan, requests_per_second), .doc = "Requests in total that add instances; 0 = never." },
	{ FIELD_INT(struct plan, requests_threshold), .doc = "The same a minute: what a Sum over 60 seconds counts." },
	{ FIELD_INT(struct plan, requests_per_instance_threshold), .doc = "Requests a minute and instance that add instances; 0 = never." },
	{ FIELD_BOOL(struct plan, steps), .doc = "The stack's own alarms add and remove instances, without target tracking." },
	{ FIELD_INT(struct plan, target_requests), .doc = "Target of requests a minute and instance; 0 = none.",
	  .src = "EC2 Auto Scaling API, TargetTrackingConfiguration TargetValue: the average per instance in a one-minute interval" },
	{ FIELD_BOOL(struct plan, cpu_counts), .doc = "The number of instances follows CPU." },
	{ FIELD_BOOL(struct plan, requests_count), .doc = "The number of instances follows requests." },
	{ FIELD_TEXT(struct plan, load_counted), .doc = "What it follows: 'CPU and requests; 2 scheduled sizes'." },
	{ FIELD_TEXT(struct plan, parameter_family), .doc = "RDS parameter group family." },
	{ FIELD_TEXT(struct plan, engine_support), .doc = "Whether paid Extended Support is accepted." },
	{ FIELD_BOOL(struct plan, tls_by_default), .doc = "The MySQL version refuses plain connections by default." },
	{ FIELD_BOOL(struct plan, pinned_version), .doc = "The spec gives a minor version of MySQL." },
	{ FIELD_BOOL(struct plan, large_disk), .doc = "The database's disk has the baseline of large ones: 12000 IOPS, 500 MiB/s." },
	{ FIELD_TEXT(struct plan, database_name), .doc = "Name of the schema." },
	{ FIELD_INT(struct plan, max_connections), .doc = "Connections that the class accepts, about." },
	{ FIELD_INT(struct plan, database_memory_mib), .doc = "Memory of the class." },
	{ FIELD_BOOL(struct plan, database_burstable), .doc = "The class has CPU credits." },
	{ FIELD_INT(struct plan, kept_log_days), .doc = "Days that the logs of AWS's own services are kept." },
	{ FIELD_INT(struct plan, backup_hour), .doc = "Hour of the day, UTC, at which AWS Backup may start." },
	{ FIELD_INT(struct plan, monthly_days), .doc = "'backup.monthly_months' in days." },
	{ FIELD_BOOL(struct plan, locked), .doc = "A lock keeps backups from being deleted." },
	{ FIELD_TEXT(struct plan, service_file), .doc = "The packed service, named by its hash." },
	{ FIELD_TEXT(struct plan, service_sha256), .doc = "Its SHA-256." },
	{ FIELD_DICT(struct plan, settings), .doc = "The service's configuration, except what the database decides." },
	{ FIELD_BOOL(struct plan, notify), .doc = "Alarms are sent by mail." },
	{ FIELD_TEXT(struct plan, mail_to), .doc = "Who receives these mails: '2 addresses'." },
	{ FIELD_BOOL(struct plan, watched), .doc = "There are alarms by mail, or a dashboard." },
	{ FIELD_BOOL(struct plan, watches), .doc = "There is an alarm, the dashboard or a budget." },
	{ FIELD_BOOL(struct plan, watches_group), .doc = "An alarm or the dashboard shows metrics of the group." },
	{ FIELD_BOOL(struct plan, watches_balancer), .doc = "An alarm or the dashboard shows metrics of the load balancer." },
	{ FIELD_BOOL(struct plan, watches_region), .doc = "An alarm or the dashboard names the region." },
	{ FIELD_BOOL(struct plan, watches_targets), .doc = "An alarm or the dashboard shows metrics of the target group." },
	{ FIELD_TEXTS(struct plan, role_services), .doc = "The services that roles of the stack are passed to." },
	{ FIELD_TEXTS(struct plan, allowed_accounts), .doc = "The account that the stack belongs to; empty if any may be." },
	{ FIELD_TEXT(struct plan, state_key), .doc = "Key of the state in the bucket." },
	{ FIELD_TEXT(struct plan, state_region), .doc = "Region of the bucket for the state." },
	{ FIELD_TEXT(struct plan, version), .doc = "tfgen's version." },
	{ FIELD_TEXT(struct plan, spec_file), .doc = "The spec's name." },
	{ FIELD_TEXT(struct plan, command), .doc = "The command that compiles the spec again, in the stack's directory." },
	{ FIELD_BOOL(struct plan, from_file), .doc = "The spec is a file, not standard input." },
	{ FIELD_TEXT(struct plan, cost_summary), .doc = "What the stack costs a month." },
	{ FIELD_TEXT(struct plan, cost_table), .doc = "The same line by line, as a table in markdown." },
	{ FIELD_TEXT(struct plan, cost_dates), .doc = "The dates of the prices." },
	{0},
};

// limits.csv rds.gp3.iops.mysql.from_400GiB
enum { LARGE_DISK_GB = 400 };

static struct text
text(const char *s)
{
	return (struct text){.value = s};
}

static void
add(struct dict *dict, const char *key, const char *value)
{
	dict->list[dict->n++] = (struct entry){text(key), text(value)};
}

// A setting of the service that the stack fills in.
static void
set(struct plan *p, enum setting_id id, const char *value)
{
	add(&p->settings, setting_row(id)->name, value);
}

static const char *
decimal(struct ctx *c, long n)
{
	return arena_printf(c->arena, "%ld", n);
}

static void
plan_zones(struct ctx *c, struct plan *p)
{
	const struct zones *zones = &p->spec->network.zones;
	struct layout cut = derive_layout(fact_zone_letters(c, p->spec->region.value));

	p->own_network.value = !p->spec->network.vpc_id.value;
	p->no_route = text(p->own_network.value ? ", no route out" : "");
	p->network = p->own_network.value ? p->spec->network.cidr : p->spec->network.vpc_id;
	p->zone_names = zones->names;
	p->zone_count.value = derive_zones(p->spec);
	p->zone_letters.list = arena_array(c->arena, (size_t)cut.slots, sizeof(struct text));
	for (int i = 0; i < cut.slots; i++)
		p->zone_letters.list[p->zone_letters.n++] = text(arena_printf(c->arena, "%c", 'a' + i));
	p->zone_bits.value = cut.public_newbits - 1;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct text *)a)->value, ((const struct text *)b)->value);
}

// A picture has three columns at most: the names of six zones would not fit on a phone. Terraform sorts
// the zones too, and a single NAT gateway is in the first.
static void
plan_columns(struct ctx *c, struct plan *p)
{
	struct text *columns[] = {&p->first_zone, &p->second_zone, &p->third_zone};
	size_t n = (size_t)p->zone_count.value, drawn = sizeof columns / sizeof *columns;
	struct text *names = arena_array(c->arena, n, sizeof *names);

	for (size_t i = 0; i < n; i++)
		names[i] = i < p->zone_names.n ? p->zone_names.list[i] : text(arena_printf(c->arena, "zone %zu", i + 1));
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < drawn && i < n; i++)
		*columns[i] = text(names[i].value);
	p->more_zones.value = n > drawn ? (long)(n - drawn) : 0;
}

static struct text
counted(struct ctx *c, long n, const char *one, const char *many)
{
	return text(arena_printf(c->arena, "%ld %s", n, n == 1 ? one : many));
}

// Numbers with their nouns, for texts that people read.
static void
plan_words(struct ctx *c, struct plan *p)
{
	const struct texts *allow = &p->spec->load_balancer.allow;

	p->group_size = counted(c, derive_most(p->spec)->value, "instance", "instances");
	if (p->scales.value)
		p->group_size = text(arena_printf(c->arena, "%ld to %s", p->least.value, p->group_size.value));
	p->callers = counted(c, (long)allow->n, "network", "networks");
	for (size_t i = 0; i < allow->n; i++)
		if (strcmp(allow->list[i].value, "0.0.0.0/0") == 0)
			p->callers = text("anywhere");
	if (p->spec->https.domain.value)
		p->url = text(arena_join(c->arena, "https://", p->spec->https.domain.value));
	if (p->notify.value)
		p->mail_to = counted(c, (long)p->spec->alarms.email.n, "address", "addresses");
}

static void
plan_tags(struct ctx *c, struct plan *p)
{
	const struct dict *theirs = &p->spec->tags;

	p->tags.list = arena_array(c->arena, theirs->n + 3, sizeof *p->tags.list);
	add(&p->tags, "Stack", p->name.value);
	add(&p->tags, "Environment", p->spec->environment.value);
	add(&p->tags, "ManagedBy", "tfgen");
	for (size_t i = 0; i < theirs->n; i++)
		add(&p->tags, theirs->list[i].key.value, theirs->list[i].text.value);
}

static void
plan_instances(struct ctx *c, struct plan *p)
{
	const struct spec_service *service = &p->spec->service;
	struct instance_facts f = {0};

	fact_instance(c, service->instance_type.value, &f);
	p->burstable.value = f.burstable;
	p->watches_credits.value = f.burstable && !p->parked.value;
	p->nitro.value = f.nitro;
	p->architecture = text(f.arm64 ? "arm64" : "x86_64");
	const char *arch = f.arm64 ? "arm64" : "amd64", *release = strchr(service->os.value, '-') + 1;
	if (service->os.value[0] == 'd')
		p->image_parameter = text(arena_printf(c->arena, "/aws/service/debian/release/%s/latest/%s", release, arch));
	else
		p->image_parameter = text(arena_printf(c->arena,
			"/aws/service/canonical/ubuntu/server/%s/stable/current/%s/hvm/ebs-gp3/ami-id", release, arch));
	p->grace_seconds.value = derive_grace_seconds(p->spec);
	// Ten minutes more than two boots, so that an instance that failed can be replaced once.
	p->first_boot_minutes.value = (2 * p->grace_seconds.value + 59) / 60 + 10;
}

// Names, cron expressions and zones have no character that means anything in a cell of code.
static void
plan_schedule(struct ctx *c, struct plan *p)
{
	const struct sections *schedule = &p->spec->scaling.schedule;
	const struct spec_schedule *actions = schedule->list;
	const char *rows = "";

	for (size_t i = 0; i < schedule->n; i++)
		rows = arena_printf(c->arena, "%s%s| %s | `%s` | %s | %ld to %ld |", rows, i ? "\n" : "", actions[i].name.value,
			actions[i].cron.value, actions[i].time_zone.value, actions[i].min.value, actions[i].max.value);
	p->schedule_table = text(rows);
	if (schedule->n)
		p->load_counted = text(arena_printf(c->arena, "%s; %s", p->load_counted.value,
			counted(c, (long)schedule->n, "scheduled size", "scheduled sizes").value));
}

static void
plan_scaling(struct plan *p)
{
	const struct spec_out *out = &p->spec->scaling.out;
	const struct spec_target *target = &p->spec->scaling.target;

	p->parked.value = derive_parked(p->spec);
	p->least.value = derive_least(p->spec)->value;
	p->peak.value = derive_peak(p->spec);
	p->scales.value = derive_scales(p->spec);
	p->spread.value = p->least.value >= derive_zones(p->spec);
	p->out_periods.value = out->lasting.value / 60;
	p->in_periods.value = p->spec->scaling.in.lasting.value / 60;
	p->requests_per_second.value = derive_total_requests(p->spec);
	p->requests_threshold.value = p->requests_per_second.value * 60;
	p->requests_per_instance_threshold.value = derive_instance_requests(p->spec) * 60;
	p->steps.value = !derive_tracks_target(p->spec);
	p->target_requests.value = target->requests_per_second_per_instance.value * 60;
	p->cpu_counts.value = p->steps.value || target->cpu_percent.value;
	p->requests_count.value = p->requests_threshold.value || p->requests_per_instance_threshold.value || p->target_requests.value;
	p->load_counted = text(!p->requests_count.value ? "CPU" : p->cpu_counts.value ? "CPU and requests" : "requests");
}

// What the module of alarms watches.
static void
plan_alarms(struct plan *p)
{
	bool rollback = p->spec->service.rollout.rollback_on_5xx.value;

	p->notify.value = p->spec->alarms.email.n > 0;
	p->watched.value = p->notify.value || p->spec->alarms.dashboard.value;
	p->watches.value = p->watched.value || rollback || p->steps.value || p->spec->budget.from.given;
	p->watches_group.value = p->watched.value || p->steps.value;
	p->watches_targets.value = p->watched.value || rollback || p->requests_per_instance_threshold.value;
	p->watches_balancer.value = p->watches_targets.value || p->requests_threshold.value;
	p->watches_region.value = p->spec->alarms.dashboard.value || (p->watched.value && p->spec->firewall.from.given);
}

static void
plan_service(struct ctx *c, struct plan *p)
{
	const struct spec_service *service = &p->spec->service;
	const struct dict *theirs = &service->settings;
	struct pack pack = pack_find(c, p->spec);

	p->service_sha256 = text(arena_strndup(c->arena, pack.sha256, HASH_HEX));
	p->service_file = text(arena_printf(c->arena, "service/crudd-%.12s.tar.gz", pack.sha256));
	p->settings.list = arena_array(c->arena, theirs->n + 9, sizeof *p->settings.list);
	set(p, SETTING_port, decimal(c, service->port.value));
	// The load balancer must close idle connections before the service does, or it sends a
	// request into a closed one.
	set(p, SETTING_keep_alive, decimal(c, p->spec->load_balancer.idle_timeout.value + 15));
	p->answer_seconds.value = derive_answer_seconds(p->spec);
	set(p, SETTING_drain_seconds, decimal(c, p->answer_seconds.value));
	if (strcmp(service->auth.value, "none") == 0)
		set(p, SETTING_open, "true");
	else
		set(p, SETTING_token_file, "/etc/crudd/token");
	set(p, SETTING_db_secret_file, "/etc/crudd/database.json");
	set(p, SETTING_db_ca_file, "/etc/crudd/rds-ca.pem");
	set(p, SETTING_db_connections, decimal(c, service->database_connections.value));
	for (size_t i = 0; i < theirs->n; i++)
		add(&p->settings, theirs->list[i].key.value, theirs->list[i].text.value);
}

static void
plan_database(struct ctx *c, struct plan *p)
{
	const struct spec_database *db = &p->spec->database;
	struct version_facts v = {0};
	struct class_facts f = {0};

	fact_version(c, db->engine_version.value, &v);
	fact_class(c, db->instance_class.value, &f);
	p->parameter_family = text(arena_printf(c->arena, "mysql%s", v.major));
	p->engine_support = text(strcmp(v.major_status, "standard") == 0 ? "open-source-rds-extended-support-disabled"
								     : "open-source-rds-extended-support");
	// RDS User Guide, "Requiring SSL/TLS for all connections to a MySQL DB instance": from 9.7 on.
	p->tls_by_default.value = strtol(v.major, NULL, 10) >= 9;
	p->pinned_version.value = strcmp(db->engine_version.value, v.major) != 0;
	p->large_disk.value = db->storage_gb.value >= LARGE_DISK_GB;
	p->database_memory_mib.value = f.memory_mib;
	p->database_burstable.value = strncmp(db->instance_class.value, "db.t", strlen("db.t")) == 0;
	p->max_connections.value = derive_max_connections(f.memory_mib);
	// AWS's own services write logs even if the service's are not kept, so they need a retention period.
	p->kept_log_days.value = p->spec->service.log_days.value ? p->spec->service.log_days.value : 30;
	p->database_name = text(name_database(c, p->spec));
}

static void
plan_backup(struct plan *p)
{
	const struct spec_backup *backup = &p->spec->backup;

	if (!backup->from.given)
		return;
	p->backup_hour.value = window_free_hour(p->spec);
	p->monthly_days.value = backup->monthly_months.value * BACKUP_MONTH_DAYS;
	p->locked.value = strcmp(backup->lock.value, "none") != 0;
}

static void
plan_roles(struct ctx *c, struct plan *p)
{
	const struct {
		const char *service;
		bool used;
	} services[] = {
		{"ec2.amazonaws.com", true},
		{"backup.amazonaws.com", p->spec->backup.from.given},
		{"monitoring.rds.amazonaws.com", p->spec->database.insights.value},
		{"vpc-flow-logs.amazonaws.com", p->spec->network.flow_logs.value},
	};
	size_t n = sizeof services / sizeof *services;

	p->role_services.list = arena_array(c->arena, n, sizeof *p->role_services.list);
	for (size_t i = 0; i < n; i++)
		if (services[i].used)
			p->role_services.list[p->role_services.n++] = text(services[i].service);
}

// Terraform takes a list.
static void
plan_account(struct ctx *c, struct plan *p)
{
	const struct text *account = &p->spec->security.allowed_account;

	if (!account->value)
		return;
	p->allowed_accounts = (struct texts){.list = arena_array(c->arena, 1, sizeof *account), .n = 1};
	p->allowed_accounts.list[0] = text(account->value);
}

struct plan *
plan_build(struct ctx *c, const struct spec *spec, const struct plan_source *source)
{
	struct plan *p = arena_alloc(c->arena, sizeof *p);

	p->spec = spec;
	p->name = text(name_stack(c, spec));
	p->load_balancer_name = text(name_load_balancer(c, spec));
	p->target_group_name = text(name_target_group(c, spec));
	p->private.value = derive_private(spec);
	p->private_subnets.value = p->private.value || spec->https.cloudfront.value;
	p->public.value = !p->private.value;
	plan_scaling(p);
	plan_schedule(c, p);
	plan_alarms(p);
	plan_roles(c, p);
	plan_account(c, p);
	p->state_key = text(arena_printf(c->arena, "%s/%s/terraform.tfstate", spec->name.value, spec->environment.value));
	p->state_region = text(spec->state.region.value ? spec->state.region.value : spec->region.value);
	p->version = text(TFGEN_VERSION);
	p->spec_file = text(source->file);
	p->from_file.value = source->path != NULL;
	const char *env = source->env ? arena_printf(c->arena, "--env %s ", text_shell_word(c->arena, source->env)) : "";
	p->command = text(arena_printf(c->arena, "tfgen %s%s", env,
		source->path ? text_shell_argument(c->arena, source->path) : "- < spec.yaml"));
	plan_zones(c, p);
	plan_columns(c, p);
	plan_words(c, p);
	plan_tags(c, p);
	plan_instances(c, p);
	plan_database(c, p);
	plan_backup(p);
	plan_service(c, p);
	return p;
}

struct value
plan_value(const struct plan *plan, const char *path)
{
	bool derived = strncmp(path, "plan.", 5) == 0;
	size_t offset = 0;
	const struct field *field = derived ? field_find(plan_fields, path + 5, &offset)
					    : field_find(spec_fields, path, &offset);
	const char *base = !plan ? NULL : derived ? (const char *)plan : (const char *)plan->spec;

	return (struct value){field, field && base ? base + offset : NULL};
}
