// The names of AWS resources. All begin with <name>-<environment>.
#ifndef NAMES_H
#define NAMES_H

struct ctx;
struct spec;

enum { NAME_LOAD_BALANCER_MAX = 32 }; // characters, of target groups too: limits.csv lb.name, target_group.name

// "gym-prod"
const char *name_stack(struct ctx *c, const struct spec *s);
// At most 32 characters: the stack's name; a longer one is cut and ends with a hash.
const char *name_load_balancer(struct ctx *c, const struct spec *s);
// At most 32 characters. A target group cannot change its port, protocol or target type, so a
// replacement exists beside the previous one for a while. The name contains a hash of the three, so
// that the two names differ.
const char *name_target_group(struct ctx *c, const struct spec *s);
// The schema's name: letters, digits and _. It ends with _db, so that it is never a reserved word
// of MySQL.
const char *name_database(struct ctx *c, const struct spec *s);

#endif
