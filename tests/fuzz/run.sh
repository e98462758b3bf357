#!/bin/sh
# Runs each fuzzer for so many seconds (or, with RUNS set, so many executions) on a corpus that begins with the project's own
# files and is kept below build/.
# usage: run.sh SECONDS FUZZER...
set -eu
seconds=$1
shift
for fuzzer in "$@"; do
	name=$(basename "$fuzzer")
	corpus=build/corpus/$name
	mkdir -p "$corpus"
	case $name in
	fuzz_spec) cp tests/diag/*.yaml examples/*.yaml "$corpus/" ;;
	fuzz_template) find templates -type f | while read -r f; do cp "$f" "$corpus/$(echo "$f" | tr / -)"; done ;;
	fuzz_hcl) cp tests/fmt/*.in "$corpus/" ;;
	esac
	echo "== $name"
	limit="-max_total_time=$seconds"
	[ -z "${RUNS:-}" ] || limit="-runs=$RUNS"
	"$fuzzer" "$limit" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 -artifact_prefix=build/fuzz- "$corpus" \
		2>"build/$name.log" || { tail -n 60 "build/$name.log"; exit 1; }
	grep -E 'number_of_executed_units|^Done' "build/$name.log"
done
