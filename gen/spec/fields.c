// To add a key: the struct member in spec.h, the row here or in the file of its section, the
// template line that uses it, and a test. The rows are in the order in which a spec is read.

#include "spec/fields.h"

#include "spec/fields_shared.h"
#include "spec/spec.h"

#include <string.h>

const struct field spec_fields[] = {
	{ FIELD_TEXT(struct spec, name), .required = true, .pattern = "^(?=.{2,20}$)[a-z][a-z0-9-]*$",
	  .shape = "2 to 20 of a-z, 0-9 and -, a letter first", .example = "gym",
	  .doc = "Name of the application; every AWS name begins with it.",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_TEXT(struct spec, region), .required = true, .pattern = REGION,
	  .shape = "an AWS region such as us-east-1", .example = "us-east-1", .doc = "AWS region, a commercial one.",
	  .src = "regions.csv",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_TEXT(struct spec, environment), .pattern = "^(?=.{2,12}$)[a-z][a-z0-9-]*$",
	  .shape = "2 to 12 of a-z, 0-9 and -, a letter first", .def = "prod", .example = "staging",
	  .doc = "Name of this deployment; every AWS name contains it. --env sets it.",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_DICT(struct spec, tags), .max = 44,
	  .key_pattern = "^(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}$",
	  .pattern = "^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}$",
	  .shape = "letters, digits, spaces and _ . : / = + - @; keys up to 128 long and not beginning with aws:, values up to "
		   "256",
	  .def = "{}", .example = "{team: backend}", .doc = "Tags for every resource that can have tags.",
	  .src = "limits.csv tag.key, tag.value, tag.count",
	  .edit = EDIT_ROLL, .effect = "the tags change everywhere, and the instances are replaced to get them" },
	{ FIELD_SECTION(struct spec, network), .doc = "The VPC, and how instances reach the internet. The stack makes a VPC in which each zone has public, private and database "
		 "subnets, or uses one that exists ('vpc_id'). To reach another VPC from its own, give it a range that does not overlap "
		 "('cidr') and peer the two in a file of yours beside main.tf, with aws_vpc_peering_connection, module.vpc.vpc_id and routes "
		 "on both sides." },
	{ FIELD_SECTION(struct spec, service), .doc = "The instances, and the service on them." },
	{ FIELD_SECTION(struct spec, scaling), .doc = "The number of instances, and when it changes." },
	{ FIELD_SECTION(struct spec, load_balancer),
	  .doc = "The application load balancer." },
	{ FIELD_SECTION(struct spec, https), .optional = true,
	  .doc = "HTTPS under a domain of yours, or under a name of CloudFront's; without this section the load balancer serves plain HTTP. "
		 "Port 80 then redirects to 443." },
	{ FIELD_SECTION(struct spec, firewall), .optional = true,
	  .doc = "AWS WAF on the load balancer; without this section: none. It limits the requests of each address, and recognizes attacks "
		 "by rules that AWS maintains." },
	{ FIELD_SECTION(struct spec, database), .doc = "The MySQL database in RDS." },
	{ FIELD_SECTION(struct spec, backup), .optional = true,
	  .doc = "Snapshots of the database in a vault of AWS Backup; without this section: none. They are kept beside RDS's own backups, also for "
		 "years, and can be copied to another region and locked." },
	{ FIELD_SECTION(struct spec, alarms), .doc = "Alarms by mail, and the dashboard." },
	{ FIELD_SECTION(struct spec, security), .doc = "What a company requires of every stack in its accounts." },
	{ FIELD_SECTION(struct spec, budget), .optional = true,
	  .doc = "Mails about what AWS charges; without this section: none." },
	{ FIELD_SECTION(struct spec, state), .optional = true,
	  .doc = "Where Terraform keeps its state; without this section: in a local file." },
	{ FIELD_OVERLAYS(struct spec, environments), .example = "{staging: {scaling: {min: 1, max: 2}}}",
	  .doc = "Variations of the spec by name; --env chooses one, and its keys override the others." },
	{0},
};

const struct field *
field_find(const struct field *table, const char *path, size_t *ret_offset)
{
	size_t n = strcspn(path, ".");
	size_t offset = 0;

	for (const struct field *f = table; f->key; f++) {
		if (strncmp(f->key, path, n) != 0 || f->key[n])
			continue;
		if (!path[n]) {
			if (ret_offset)
				*ret_offset = f->offset;
			return f;
		}
		if (f->type != F_SECTION && (f->type != F_SECTIONS || ret_offset))
			return NULL;
		const struct field *found = field_find(f->sub, path + n + 1, ret_offset ? &offset : NULL);
		if (found && ret_offset)
			*ret_offset = f->offset + offset;
		return found;
	}
	return NULL;
}

const char *
field_type_name(enum field_type type)
{
	switch (type) {
	case F_TEXT:
		return "text";
	case F_CHOICE:
		return "one of a few words";
	case F_INT:
		return "a whole number";
	case F_DURATION:
		return "a duration such as 30s, 5m or 1h";
	case F_BOOL:
		return "true or false";
	case F_TEXTS:
		return "a list of texts";
	case F_DICT:
		return "a mapping of names to texts";
	case F_ZONES:
		return "a number of zones or a list of their names";
	case F_SECTION:
		return "a section";
	case F_SECTIONS:
		return "a list of sections";
	case F_OVERLAYS:
		return "a mapping of environment names to partial specs";
	}
	return "a value";
}
