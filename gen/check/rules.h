// The functions behind the rows of check.c, by the part of the stack they look at. Each reports what it finds.
#ifndef RULES_H
#define RULES_H

struct ctx;
struct spec;

// rules_network.c
void rule_region(struct ctx *c, const struct spec *s);
void rule_opt_in(struct ctx *c, const struct spec *s);
void rule_zone_names(struct ctx *c, const struct spec *s);
void rule_zone_count(struct ctx *c, const struct spec *s);
void rule_network_aligned(struct ctx *c, const struct spec *s);
void rule_network_size(struct ctx *c, const struct spec *s);
void rule_network_private(struct ctx *c, const struct spec *s);
void rule_public_subnets(struct ctx *c, const struct spec *s);
void rule_group_fits_subnets(struct ctx *c, const struct spec *s);
void rule_nat_cost(struct ctx *c, const struct spec *s);
void rule_address_cost(struct ctx *c, const struct spec *s);
void rule_allow_aligned(struct ctx *c, const struct spec *s);

// rules_service.c
void rule_instance_type(struct ctx *c, const struct spec *s);
void rule_instance_offered(struct ctx *c, const struct spec *s);
void rule_instance_zones(struct ctx *c, const struct spec *s);
void rule_old_instance_type(struct ctx *c, const struct spec *s);
void rule_credits_without_burst(struct ctx *c, const struct spec *s);
void rule_standard_credits(struct ctx *c, const struct spec *s);
void rule_unlimited_credits(struct ctx *c, const struct spec *s);
void rule_image_and_os(struct ctx *c, const struct spec *s);
void rule_image_and_binary(struct ctx *c, const struct spec *s);
void rule_service_binary(struct ctx *c, const struct spec *s);
void rule_open_api(struct ctx *c, const struct spec *s);
void rule_settings(struct ctx *c, const struct spec *s);
void rule_outlasting_requests(struct ctx *c, const struct spec *s);
void rule_short_deregistration(struct ctx *c, const struct spec *s);
void rule_plain_http(struct ctx *c, const struct spec *s);
void rule_health_path(struct ctx *c, const struct spec *s);
void rule_health_timeout(struct ctx *c, const struct spec *s);
void rule_slow_to_healthy(struct ctx *c, const struct spec *s);
void rule_empty_tags(struct ctx *c, const struct spec *s);
void rule_tags(struct ctx *c, const struct spec *s);

// rules_scaling.c
void rule_min_max(struct ctx *c, const struct spec *s);
void rule_single_instance(struct ctx *c, const struct spec *s);
void rule_thresholds_cross(struct ctx *c, const struct spec *s);
void rule_oscillation(struct ctx *c, const struct spec *s);
void rule_step_size(struct ctx *c, const struct spec *s);
void rule_cooldown(struct ctx *c, const struct spec *s);
void rule_scale_out_latency(struct ctx *c, const struct spec *s);

// rules_database.c
void rule_class(struct ctx *c, const struct spec *s);
void rule_class_offered(struct ctx *c, const struct spec *s);
void rule_class_engine(struct ctx *c, const struct spec *s);
void rule_old_class(struct ctx *c, const struct spec *s);
void rule_engine_version(struct ctx *c, const struct spec *s);
void rule_engine_retired(struct ctx *c, const struct spec *s);
void rule_engine_support(struct ctx *c, const struct spec *s);
void rule_max_storage(struct ctx *c, const struct spec *s);
void rule_windows_length(struct ctx *c, const struct spec *s);
void rule_windows_overlap(struct ctx *c, const struct spec *s);
void rule_backups_off(struct ctx *c, const struct spec *s);
void rule_connections(struct ctx *c, const struct spec *s);
void rule_deletion_protection(struct ctx *c, const struct spec *s);
void rule_standby_cost(struct ctx *c, const struct spec *s);
void rule_no_snapshot(struct ctx *c, const struct spec *s);

// names.c
void rule_names(struct ctx *c, const struct spec *s);
void rule_shortened(struct ctx *c, const struct spec *s);

#endif
