# What tfgen carries: templates, facts, examples, and the service as instances fetch it.

SERVICE = $(sort $(wildcard app/*.c app/*/*.[ch] app/*/*.def app/deploy/*.service app/deploy/*.timer)) $(PAGES) \
	app/Makefile app/deploy/secrets.sh
EMBED = $(sort $(filter-out gen/facts/prices.csv,$(shell find templates gen/facts/*.csv examples/*.yaml examples/ci/*.yml -type f -not -name '.*'))) \
	$(BUILD)/gen/facts/prices.csv
# Programs for instances, by release and architecture, kept by the hash of their sources; tfgen carries those of its own sources.
BINARIES ?= debian-13-amd64 debian-13-arm64

# The service as instances fetch it: the same sources give the same bytes.
$(BUILD)/crudd.tar.gz: $(SERVICE) gen/base/embed.mk
	@mkdir -p $(@D)
	tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--transform='s,^app/,crudd/,' -cf $@.tar $(SERVICE)
	gzip -9n <$@.tar >$@ && rm $@.tar
	sha256sum $@ >$@.sha256
service-binaries: $(BUILD)/crudd.tar.gz
	sh tests/tools/deps.sh binaries
	set -e; for b in $(BINARIES); do sh app/deploy/binary.sh $$b $(BUILD)/crudd.tar.gz build/binaries; done
	$(MAKE) $(BUILD)/tfgen
# The prices in a sixth of their size.
$(BUILD)/gen/facts/prices.csv: gen/facts/prices.awk gen/facts/prices.csv
	@mkdir -p $(@D)
	awk -f $^ gen/facts/prices.csv >$@
$(BUILD)/embed.S: gen/base/embed.sh $(EMBED) $(BUILD)/crudd.tar.gz $(wildcard build/binaries/made)
	sh gen/base/embed.sh $(BUILD)/crudd.tar.gz build/binaries $(EMBED) >$@
$(BUILD)/embed.o: $(BUILD)/embed.S
	$(CC) -c -o $@ $<
