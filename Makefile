# make            build/tfgen and build/crudd
# make demo       install what is missing, build, compile the example, say what to type next
# make check      install what the tests need, run them all
# make install    tfgen, its manual page and completions below $(PREFIX)

VERSION = 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wno-unknown-warning-option -Wno-format-truncation -Werror
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DTFGEN_VERSION='"$(VERSION)"' -DCRUDD_VERSION='"$(VERSION)"' $(WARN) $(CFLAGS) $(SAN)
# One file that runs anywhere; a sanitizer wants a dynamic program.
STATIC = $(if $(SAN),,-static)
GEN_LIBS = -lyaml -ljansson -lpcre2-8 -lunistring -lmd
APP_LIBS = -lmicrohttpd -ljansson -lpthread

GEN = $(filter-out gen/main.c,$(wildcard gen/*.c))
APP = $(filter-out app/main.c,$(wildcard app/*.c))
SERVICE = $(sort $(wildcard app/*.c app/*.h app/*.def app/*.service app/*.sh app/Makefile))
EMBED = $(sort $(shell find templates gen/data examples -type f -not -name '.*'))
UNIT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
APP_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/app/test_*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
# A terraform that tests/get_terraform.py fetched comes last.
export PATH := $(PATH):$(CURDIR)/build/tools
# The tests' Python, with what tests/requirements.txt lists.
PYTHON = build/venv/bin/python
MAN = $(PREFIX)/share/man/man1
BASH_COMPLETION = $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION = $(PREFIX)/share/zsh/site-functions
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

all: $(BUILD)/tfgen $(BUILD)/crudd

$(BUILD)/tfgen: $(BUILD)/gen/main.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(STATIC) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)
$(BUILD)/crudd: $(call obj,$(APP) app/main.c)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(APP_LIBS)
$(BUILD)/libgen.a: $(call obj,$(GEN)) $(BUILD)/embed.o
	rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(GEN_LIBS)
$(BUILD)/tests/app/%: $(BUILD)/tests/app/%.o $(call obj,$(APP))
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(APP_LIBS)
$(BUILD)/tests/fmt/fmt: $(BUILD)/tests/fmt/fmt_main.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -Igen -Iapp -c -o $@ $<

# The service as the instances fetch it: the same sources are the same bytes.
$(BUILD)/crudd.tar: $(SERVICE) Makefile
	@mkdir -p $(@D)
	tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--transform='s,^app/,crudd/,' -cf $@ $(SERVICE)
	sha256sum $@ >$@.sha256
# Every embedded file as bytes, and the list of them.
$(BUILD)/embed.S: $(EMBED) $(BUILD)/crudd.tar Makefile
	@{ echo '	.section .rodata'; i=0; \
	for f in $(EMBED) $(BUILD)/crudd.tar $(BUILD)/crudd.tar.sha256; do \
		n=$${f#$(BUILD)/}; [ $$n = $$f ] || n=service/$$n; i=$$((i + 1)); \
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
	$(MAKE) all test
	$(MAKE) terraform-test
test: unit diag golden fmt-test cli app-test
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
app-test: $(APP_TESTS) $(BUILD)/crudd
	sh tests/run-units.sh $(APP_TESTS)
	CRUDD=$(BUILD)/crudd $(PYTHON) tests/app/http_test.py
	$(PYTHON) tests/app/boot_test.py
terraform-test: $(BUILD)/tfgen
	TFGEN=$(BUILD)/tfgen $(PYTHON) -m pytest -q tests/terraform
# Shows how the wanted files differ from what comes out now, then rewrites them.
bless: $(BUILD)/tfgen
	BLESS=1 sh tests/diag/run.sh
	BLESS=1 sh tests/build/run.sh
asan:
	$(MAKE) BUILD=build/asan CC=clang CFLAGS="-O1 -g" SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" all test
FUZZ_SECONDS ?= 60
FUZZ_SAN ?= address,undefined,fuzzer-no-link
fuzz:
	$(MAKE) BUILD=build/fuzz CC=clang CFLAGS="-O1 -g" SAN="-fsanitize=$(FUZZ_SAN)" $(FUZZERS:%=build/fuzz/%)
	sh tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/%)
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libgen.a
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(GEN_LIBS)
tidy:
	clang-tidy --quiet $(wildcard gen/*.c app/*.c) -- -std=c11 -D_GNU_SOURCE -Igen -DTFGEN_VERSION='"0"' -DCRUDD_VERSION='"0"'
	$(MAKE) BUILD=build/analyzer CFLAGS="-O1 -fanalyzer" all
bench: $(BUILD)/tfgen
	$(PYTHON) tests/bench/bench.py $(BUILD)/tfgen
install: all
	install -D -m 755 $(BUILD)/tfgen $(DESTDIR)$(PREFIX)/bin/tfgen
	mkdir -p $(DESTDIR)$(MAN) $(DESTDIR)$(BASH_COMPLETION) $(DESTDIR)$(ZSH_COMPLETION)
	$(BUILD)/tfgen help man >$(DESTDIR)$(MAN)/tfgen.1
	$(BUILD)/tfgen completion bash >$(DESTDIR)$(BASH_COMPLETION)/tfgen
	$(BUILD)/tfgen completion zsh >$(DESTDIR)$(ZSH_COMPLETION)/_tfgen
clean:
	rm -rf $(BUILD)
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.SECONDARY:
.PHONY: all demo check test unit diag golden cli fmt-test app-test terraform-test bless asan fuzz tidy bench install clean
