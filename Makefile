# make                    build/tfgen and build/crudd
# make help               this list
# make demo               install what is missing, build, compile the example, say what to type next
# make check              install what the tests need, run them all (make check-vm: also in a virtual machine)
# make run                the service with its own database and sample data, until Ctrl-C
# make install            tfgen and crudd, their manual pages, tfgen's completions, below $(PREFIX)
# make uninstall          remove what install put there
# make test               the quicker tests, without applied stacks, browsers and machines; tests/tests.mk lists them
# make data               check the tables of facts about AWS, and say how old they are
# make asan tsan tidy fuzz bench bless
#                         sanitizers, static analysis, fuzzers, benchmarks; rewrite expected files

VERSION = 0.2.0
PREFIX ?= /usr/local
BUILD ?= build
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wno-unknown-warning-option \
	-Wno-format-truncation -Werror
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DTFGEN_VERSION='"$(VERSION)"' -DCRUDD_VERSION='"$(VERSION)"' $(WARN) $(CFLAGS) $(SAN)
# tfgen is one static file that runs anywhere, with its debug information compressed; a sanitizer needs a dynamic program.
STATIC = $(if $(SAN),,-static -gz)
GEN_LIBS = -lyaml -ljansson -lpcre2-8 -lunistring -lnettle -lm
APP_LIBS = -lmicrohttpd -lmariadb -ljansson -lmd -lpthread
GEN_FLAGS = -Igen
APP_FLAGS = -Iapp -I/usr/include/mariadb -DASSET_DIR='"app/web"'

GEN = $(wildcard gen/*/*.c)
APP = $(wildcard app/*/*.c)
PAGES = $(sort $(wildcard app/web/*.html app/web/*.css app/web/*.js app/web/*.svg))
COMPLETIONS = share/bash-completion/completions/tfgen share/zsh/site-functions/_tfgen
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
$(BUILD)/gen/%.o: gen/%.c | $(BUILD)/able
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(GEN_FLAGS) -c -o $@ $<
$(BUILD)/app/%.o: app/%.c | $(BUILD)/able
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(APP_FLAGS) -c -o $@ $<
$(BUILD)/app/web/asset.o: $(PAGES)
$(BUILD)/able:
	@sh tests/tools/able.sh $(CC) && mkdir -p $(@D) && touch $@

include gen/base/embed.mk
include tests/tests.mk

help:
	@sed -n 's/^# \(make\|   \)/\1/p' Makefile
demo:
	@sh tests/tools/deps.sh build
	@echo building; $(MAKE) -s all
	@sh tests/tools/demo.sh
run:
	@sh tests/tools/deps.sh run
	@$(MAKE) -s $(BUILD)/crudd
	@PYTHONPATH=tests/lib python3 tests/tools/run.py
install: all
	install -D -m 755 $(BUILD)/tfgen $(DESTDIR)$(PREFIX)/bin/tfgen
	install -D -m 755 $(BUILD)/crudd $(DESTDIR)$(PREFIX)/sbin/crudd
	cd $(DESTDIR)$(PREFIX) && mkdir -p share/man/man1 share/man/man8 $(dir $(COMPLETIONS))
	$(BUILD)/tfgen help man >$(DESTDIR)$(PREFIX)/share/man/man1/tfgen.1
	$(BUILD)/crudd help man >$(DESTDIR)$(PREFIX)/share/man/man8/crudd.8
	$(BUILD)/tfgen completion bash >$(DESTDIR)$(PREFIX)/$(word 1,$(COMPLETIONS))
	$(BUILD)/tfgen completion zsh >$(DESTDIR)$(PREFIX)/$(word 2,$(COMPLETIONS))
uninstall:
	cd $(DESTDIR)$(PREFIX) && rm -f bin/tfgen sbin/crudd share/man/man1/tfgen.1 share/man/man8/crudd.8 $(COMPLETIONS)
clean:
	rm -rf $(BUILD)
-include $(shell find $(BUILD) -path $(BUILD)/roots -prune -o -name '*.d' -type f -print 2>/dev/null)
.SECONDARY:
.PHONY: all help demo run service-binaries install uninstall clean
