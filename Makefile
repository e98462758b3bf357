# make            build/tfgen and build/crudd
# make demo       install what is missing, build, compile the example, say what to type next
# make check      install what the tests need, run them all
# make check-vm   what an instance runs, in a virtual machine
# make run        the service with a database of its own and sample data, until Ctrl-C
# make service-binaries   programs for instances with 'prebuilt: binary'
# make install    tfgen and crudd, their manual pages, tfgen's completions, below $(PREFIX)

VERSION = 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wno-unknown-warning-option -Wno-format-truncation -Werror
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DTFGEN_VERSION='"$(VERSION)"' -DCRUDD_VERSION='"$(VERSION)"' $(WARN) $(CFLAGS) $(SAN)
# One file that runs anywhere; a sanitizer wants a dynamic program.
STATIC = $(if $(SAN),,-static)
GEN_LIBS = -lyaml -ljansson -lpcre2-8 -lunistring -lmd
APP_LIBS = -lmicrohttpd -lmariadb -ljansson -lmd -lpthread

GEN = $(filter-out gen/main.c,$(wildcard gen/*.c))
APP = $(filter-out app/main.c,$(wildcard app/*.c))
PAGES = $(sort $(wildcard app/*.html app/*.css app/*.js app/*.svg))
UNITS = $(sort $(wildcard app/*.service app/*.timer)) app/secrets.sh
SERVICE = $(sort $(wildcard app/*.c app/*.h app/*.def) app/Makefile $(UNITS) $(PAGES))
# Programs for instances, by release and architecture. They lie by the hash of their sources, and tfgen carries those of its own.
BINARIES ?= debian-13-amd64 debian-13-arm64
EMBED = $(sort $(shell find templates gen/data examples -type f -not -name '.*'))
UNIT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
OUTSIDE_TESTS = tests/app/schemathesis_test.py tests/app/browser_test.py tests/app/other_servers.py
SERVICE_TESTS = $(filter-out %/boot_test.py $(OUTSIDE_TESTS),$(wildcard tests/app/*_test.py))
APP_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/app/test_*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
# A terraform that tests/get_terraform.py fetched comes last.
export PATH := $(PATH):$(CURDIR)/build/tools
# The tests' Python, with what tests/requirements.txt lists.
PYTHON = build/venv/bin/python
MAN = $(PREFIX)/share/man
BASH_COMPLETION = $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION = $(PREFIX)/share/zsh/site-functions
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

all: $(BUILD)/tfgen $(BUILD)/crudd

$(BUILD)/tfgen: $(BUILD)/gen/main.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(STATIC) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)
$(BUILD)/crudd: $(BUILD)/app/main.o $(BUILD)/libapp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(APP_LIBS)
$(BUILD)/libapp.a: $(call obj,$(APP))
	rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/libgen.a: $(call obj,$(GEN)) $(BUILD)/embed.o
	rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(GEN_LIBS)
$(BUILD)/tests/app/%: $(BUILD)/tests/app/%.o $(BUILD)/libapp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(APP_LIBS)
$(BUILD)/tests/fmt/fmt: $(BUILD)/tests/fmt/fmt_main.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -Igen -Iapp -I/usr/include/mariadb -DASSET_DIR='"app"' -c -o $@ $<
$(BUILD)/app/asset.o: $(PAGES)

# The service as the instances fetch it: the same sources are the same bytes.
$(BUILD)/crudd.tar.gz: $(SERVICE) Makefile
	@mkdir -p $(@D)
	tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--transform='s,^app/,crudd/,' -cf $@.tar $(SERVICE)
	gzip -9n <$@.tar >$@ && rm $@.tar
	sha256sum $@ >$@.sha256
service-binaries: $(BUILD)/crudd.tar.gz
	sh tests/deps.sh binaries
	set -e; for b in $(BINARIES); do sh app/binary.sh $$b $(BUILD)/crudd.tar.gz build/binaries; done
	$(MAKE) $(BUILD)/tfgen
# Every embedded file as bytes, and the list of them.
$(BUILD)/embed.S: $(EMBED) $(BUILD)/crudd.tar.gz $(wildcard build/binaries/made) Makefile
	@{ echo '	.section .rodata'; i=0; \
	for f in $(EMBED) $(BUILD)/crudd.tar.gz $(BUILD)/crudd.tar.gz.sha256 $$(find build/binaries/$$(cut -c 1-12 $(BUILD)/crudd.tar.gz.sha256)/* 2>/dev/null); do \
		case $$f in templates/*|gen/*|examples/*) n=$$f ;; *) n=service/$$(basename $$f) ;; esac; i=$$((i + 1)); \
		printf 'p%d:	.asciz "%s"\nd%d:	.incbin "%s"\ne%d:	.byte 0\n' $$i $$n $$i $$f $$i; \
	done; \
	printf '	.section .data.rel.ro,"aw"\n	.balign 8\n	.globl embedded_files\nembedded_files:\n'; \
	for k in $$(seq $$i); do printf '	.quad p%d, d%d, e%d - d%d\n' $$k $$k $$k $$k; done; \
	printf '	.quad 0, 0, 0\n	.section .note.GNU-stack,"",@progbits\n'; } > $@
$(BUILD)/embed.o: $(BUILD)/embed.S
	$(CC) -c -o $@ $<

demo:
	@sh tests/deps.sh build
	@echo building; $(MAKE) -s all
	@sh tests/demo.sh
check:
	sh tests/deps.sh check
	$(MAKE) service-binaries
	$(MAKE) all test
	$(MAKE) -j2 -Otarget outside-test terraform-test boot-test
# The launch template's user data in a virtual machine.
check-vm:
	sh tests/deps.sh vm
	$(MAKE) service-binaries
	TFGEN=$(BUILD)/tfgen $(PYTHON) tests/boot/vm_test.py
run:
	@sh tests/deps.sh run
	@$(MAKE) -s $(BUILD)/crudd
	@python3 tests/app/run.py
test: unit diag golden fmt-test cli app-test service-test
unit: $(UNIT)
	sh tests/run-units.sh $(UNIT)
diag golden cli: $(BUILD)/tfgen
diag:
	TFGEN=$(BUILD)/tfgen sh tests/diag/run.sh
golden:
	TFGEN=$(BUILD)/tfgen sh tests/build/run.sh
cli:
	TFGEN=$(BUILD)/tfgen $(PYTHON) tests/cli/cli_test.py
fmt-test: $(BUILD)/tests/fmt/fmt
	FMT=$(BUILD)/tests/fmt/fmt sh tests/fmt/run.sh
	$(PYTHON) tests/fmt/differential.py $(BUILD)/tests/fmt/fmt --files 2000
app-test: $(APP_TESTS)
	sh tests/run-units.sh $(APP_TESTS)
	$(PYTHON) tests/app/boot_test.py
# The service on a real database, from outside.
service-test: $(BUILD)/crudd
	for t in $(SERVICE_TESTS); do echo $$t; CRUDD=$(BUILD)/crudd $(PYTHON) $$t || exit 1; done
# The service as others see it: tools that know its document, browsers, other makes of database.
outside-test: $(BUILD)/crudd
	for t in $(OUTSIDE_TESTS); do echo $$t; CRUDD=$(BUILD)/crudd $(PYTHON) $$t || exit 1; done
terraform-test: $(BUILD)/tfgen
	TFGEN=$(BUILD)/tfgen $(PYTHON) -m pytest -q tests/terraform
# The launch template's user data on a machine made of namespaces.
boot-test: $(BUILD)/tfgen
	$(PYTHON) tests/boot/binaries_test.py
	TFGEN=$(BUILD)/tfgen $(PYTHON) tests/boot/namespace_test.py
# Shows how the wanted files differ from what comes out now, then rewrites them.
bless: $(BUILD)/tfgen
	BLESS=1 sh tests/diag/run.sh
	BLESS=1 sh tests/build/run.sh
asan:
	$(MAKE) BUILD=build/asan CC=clang CFLAGS="-O1 -g" SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" all test
tsan:
	$(MAKE) BUILD=build/tsan CC=clang CFLAGS="-O1 -g" SAN=-fsanitize=thread service-test
FUZZ_SECONDS ?= 60
FUZZ_SAN ?= address,undefined,fuzzer-no-link
fuzz:
	$(MAKE) BUILD=build/fuzz CC=clang CFLAGS="-O1 -g" SAN="-fsanitize=$(FUZZ_SAN)" $(FUZZERS:%=build/fuzz/%)
	sh tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/%)
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libgen.a $(BUILD)/libapp.a
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(GEN_LIBS) $(APP_LIBS)
tidy:
	clang-tidy --quiet $(wildcard gen/*.c app/*.c) -- -std=c11 -D_GNU_SOURCE -Igen -I/usr/include/mariadb -DASSET_DIR='"app"' \
		-DTFGEN_VERSION='"0"' -DCRUDD_VERSION='"0"'
	$(MAKE) BUILD=build/analyzer CFLAGS="-O1 -fanalyzer" all
bench: $(BUILD)/tfgen $(BUILD)/crudd
	$(PYTHON) tests/bench/bench.py $(BUILD)/tfgen
	$(PYTHON) tests/bench/service.py $(BUILD)/crudd
	TFGEN=$(BUILD)/tfgen $(PYTHON) tests/boot/namespace_bench.py
install: all
	install -D -m 755 $(BUILD)/tfgen $(DESTDIR)$(PREFIX)/bin/tfgen
	install -D -m 755 $(BUILD)/crudd $(DESTDIR)$(PREFIX)/sbin/crudd
	mkdir -p $(DESTDIR)$(MAN)/man1 $(DESTDIR)$(MAN)/man8 $(DESTDIR)$(BASH_COMPLETION) $(DESTDIR)$(ZSH_COMPLETION)
	$(BUILD)/tfgen help man >$(DESTDIR)$(MAN)/man1/tfgen.1
	$(BUILD)/crudd help man >$(DESTDIR)$(MAN)/man8/crudd.8
	$(BUILD)/tfgen completion bash >$(DESTDIR)$(BASH_COMPLETION)/tfgen
	$(BUILD)/tfgen completion zsh >$(DESTDIR)$(ZSH_COMPLETION)/_tfgen
clean:
	rm -rf $(BUILD)
-include $(shell find $(BUILD) -path $(BUILD)/roots -prune -o -name '*.d' -type f -print 2>/dev/null)
.SECONDARY:
.PHONY: all demo check check-vm run service-binaries test unit diag golden cli fmt-test app-test service-test outside-test terraform-test boot-test bless asan tsan fuzz tidy bench install clean
