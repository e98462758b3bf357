// The names that AWS is given. All begin with <name>-<environment>.
#ifndef NAMES_H
#define NAMES_H

struct ctx;
struct spec;

enum { NAME_LOAD_BALANCER_MAX = 32 }; // characters, of target groups too: limits.csv lb.name, target_group.name

// "gym-prod"
const char *name_stack(struct ctx *c, const struct spec *s);
// At most 32 characters: the stack's name, cut and ended by a hash where it is longer.
const char *name_load_balancer(struct ctx *c, const struct spec *s);
// At most 32 characters. A target group cannot change its port, protocol or target type, so a new one stands beside the
// old one until that is gone: the hash of the three keeps their names apart.
const char *name_target_group(struct ctx *c, const struct spec *s);
// The schema's name: letters, digits and _. Its end keeps it from being a word that MySQL reserves.
const char *name_database(struct ctx *c, const struct spec *s);

#endif
