# How the tests are built and run. `make check` runs everything; `make test` what needs no applied stack,
# no browser and no other machine.

# Not every shell finds chroot and mysqld. Terraform that tests/tools/get_terraform.py fetched comes last.
export PATH := $(PATH):/usr/sbin:/sbin:$(CURDIR)/build/tools
export TFGEN = $(BUILD)/tfgen
export CRUDD = $(BUILD)/crudd
# What the Python tests share. By hand: PYTHONPATH=tests/lib:tests/terraform build/venv/bin/python tests/service/test_api.py
export PYTHONPATH = $(CURDIR)/tests/lib:$(CURDIR)/tests/terraform:$(CURDIR)/tests/boot:$(CURDIR)/tests/chaos:$(CURDIR)/tests/tools
# The tests' Python, with what tests/tools/requirements.txt lists.
PYTHON = build/venv/bin/python

UNIT_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c tests/service/unit/test_*.c))
OUTSIDE_TESTS = tests/service/test_schemathesis.py tests/browser/test_browser.py tests/browser/test_graph.py \
	tests/service/test_other_servers.py tests/service/test_user.py
SERVICE_TESTS = $(filter-out $(OUTSIDE_TESTS),$(wildcard tests/service/test_*.py)) tests/boot/test_script.py
# They mostly wait for a database, and so find no more under a sanitizer.
WAITING_TESTS = tests/service/test_limits.py tests/service/test_session.py tests/service/test_loadtest.py
FUZZERS = $(patsubst %.c,%,$(wildcard tests/fuzz/*/fuzz_*.c))
FUZZ_SECONDS ?= 60
FUZZ_SAN ?= address,undefined,fuzzer-no-link

check:
	sh tests/tools/deps.sh check
	$(MAKE) service-binaries
	$(MAKE) all test
	$(MAKE) -j3 -Otarget terraform-test stacks-test alone-test
# An instance's user data in a virtual machine.
check-vm:
	sh tests/tools/deps.sh vm
	$(MAKE) service-binaries
	$(PYTHON) tests/boot/test_vm.py
test: layers data unit diag golden hcl-test cli service-test
# Includes point down, as tests/layers.sh draws the rooms.
layers:
	sh tests/layers.sh
data:
	python3 gen/facts/check_data.py
unit: $(UNIT_TESTS)
	sh tests/tools/run-units.sh $(UNIT_TESTS)
diag: $(BUILD)/tfgen
	sh tests/diag/run.sh
golden: $(BUILD)/tfgen
	sh tests/build/run.sh
cli: $(BUILD)/tfgen $(BUILD)/crudd
	for t in ci commands cost edits files build memory data simulate graph; do $(PYTHON) tests/cli/test_$$t.py || exit 1; done
hcl-test: $(BUILD)/tests/hcl/format_main
	sh tests/hcl/run.sh $<
	$(PYTHON) tests/hcl/differential.py $< --files 2000
	python3 gen/hcl/width_tables.py --check
# The service on a real database, from outside, and the boot script's steps.
service-test: $(BUILD)/crudd
	for t in $(if $(SAN),$(filter-out $(WAITING_TESTS),$(SERVICE_TESTS)),$(SERVICE_TESTS)); do echo $$t; $(PYTHON) $$t || exit 1; done
# The service as others see it: tools that read its OpenAPI document, a browser, other database servers. And pictures in that browser.
outside-test: $(BUILD)/tfgen $(BUILD)/crudd
	for t in $(OUTSIDE_TESTS); do echo $$t; $(PYTHON) $$t || exit 1; done
# One fault after another while clients send requests.
CHAOS_SECONDS ?= $(if $(CI),600,60)
chaos: $(BUILD)/crudd
	CHAOS_SECONDS=$(CHAOS_SECONDS) $(PYTHON) tests/chaos/test_chaos.py
# What looks at many stacks, and what applies some: two processes, since either waits now and then. Those of alone-test
# measure how long the service takes, so these give way.
STACKS_TESTS = $(addprefix tests/terraform/test_,compiled.py controls.py stack_tests.py valid.py)
terraform-test: $(BUILD)/tfgen
	nice $(PYTHON) -m pytest -q $(filter-out $(STACKS_TESTS),$(wildcard tests/terraform/test_*.py))
stacks-test: $(BUILD)/tfgen
	nice $(PYTHON) -m pytest -q $(STACKS_TESTS)
# One after the other.
alone-test:
	$(MAKE) -j1 outside-test chaos boot-test readme-test
# The commands of README, in a fresh clone.
readme-test:
	$(PYTHON) tests/cli/test_readme.py
# An instance's user data on a machine made of namespaces.
boot-test: $(BUILD)/tfgen
	$(PYTHON) tests/boot/test_binaries.py
	$(PYTHON) tests/boot/test_namespace.py
# Shows how the expected files differ from what comes out now, then rewrites them.
bless: $(BUILD)/tfgen
	BLESS=1 sh tests/diag/run.sh
	BLESS=1 sh tests/build/run.sh
asan:
	$(MAKE) BUILD=build/asan CC=clang CFLAGS="-O1 -g" SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" all test
tsan:
	$(MAKE) BUILD=build/tsan CC=clang CFLAGS="-O1 -g" SAN=-fsanitize=thread service-test
fuzz:
	$(MAKE) BUILD=build/fuzz CC=clang CFLAGS="-O1 -g" SAN="-fsanitize=$(FUZZ_SAN)" $(FUZZERS:%=build/fuzz/%)
	sh tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/%)
tidy:
	clang-tidy --quiet $(wildcard gen/*.c gen/*/*.c) -- -std=c11 -D_GNU_SOURCE $(GEN_FLAGS) -DTFGEN_VERSION='"0"'
	clang-tidy --quiet $(wildcard app/*.c app/*/*.c) -- -std=c11 -D_GNU_SOURCE $(APP_FLAGS) -DCRUDD_VERSION='"0"'
	$(MAKE) BUILD=build/analyzer CFLAGS="-O1 -fanalyzer" all
bench: $(BUILD)/tfgen $(BUILD)/crudd
	$(PYTHON) tests/bench/compiler.py
	$(PYTHON) tests/bench/service.py
	$(PYTHON) tests/bench/boot.py

$(BUILD)/tests/service/unit/%.o: tests/service/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(APP_FLAGS) -c -o $@ $<
$(BUILD)/tests/fuzz/app/%.o: tests/fuzz/app/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(APP_FLAGS) -c -o $@ $<
$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(GEN_FLAGS) -c -o $@ $<
$(BUILD)/tests/service/unit/%: $(BUILD)/tests/service/unit/%.o $(BUILD)/libapp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(APP_LIBS)
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(GEN_LIBS)
$(BUILD)/tests/hcl/%: $(BUILD)/tests/hcl/%.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)
$(BUILD)/tests/fuzz/app/%: $(BUILD)/tests/fuzz/app/%.o $(BUILD)/libapp.a
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(APP_LIBS)
$(BUILD)/tests/fuzz/gen/%: $(BUILD)/tests/fuzz/gen/%.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(GEN_LIBS)
.PHONY: check check-vm test layers data unit diag golden cli hcl-test service-test outside-test chaos terraform-test stacks-test alone-test boot-test readme-test bless asan tsan \
	fuzz tidy bench
