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
	fuzz_memory) # a head, what is repeated, a tail; \002 is its number
		n=0
		for text in 'alarms:\n  email:\n\001    - a@b.cd\n' 'network:\n  zones:\n\001    - us-east-1\002\n' '\001k\002: \n' \
			'x-a: &a a@b.cd\nalarms: {email: [\001*a,\001]}\n' 'environments:\n\001 e\002: {}\n' 'scaling:\n\001 k\002: 1\n' \
			'environments:\n\001 e\002: {tags: {k: <}}\n' 'tags:\n\001 k\002: v\n' 'x-a: &a {k: v}\nx-b: [\001{<<: *a, l\002: v},\001]\n' \
			'tags:\n <<: [\001{k\002: },\001]\n' 'x-0: &a0 {k: v}\n\001x-\002: &b\002 {<<: *a0}\n' '# \001\302\205\001' \
			'x-a: &a \001x\001\nalarms: {email: [*a,*a,*a]}' "x-a: [\\001'a',\\001]" 'service: {settings: {\001k\002: v,\001}}'; do
			n=$((n + 1))
			printf "$text" >"$corpus/seed-$n"
		done
		;;
	fuzz_load)
		printf 'minute,requests_per_second\n0,12.5\n1,400\n2,0\n' >"$corpus/three"
		printf '\357\273\277# comment\r\nminute,requests_per_second\r\n0,1\r\n' >"$corpus/windows"
		;;
	fuzz_template) find templates -type f | while read -r f; do cp "$f" "$corpus/$(echo "$f" | tr / -)"; done ;;
	fuzz_hcl) cp tests/hcl/*.in "$corpus/" ;;
	fuzz_body)
		echo '{"name":"Ana","surname":"\u00c9","phone":"38511223344","email":"a@b.c"}' >"$corpus/member"
		echo '{"name":"Day","type":"half_year","price":"49.9","id":1,"created_at":"x"}' >"$corpus/plan"
		echo '{"member_id":1,"plan_id":2,"start_date":"2024-02-29","end_date":null,"active":true}' >"$corpus/subscription"
		;;
	fuzz_query)
		printf 'limit=5&count=true&sort=-end_date&after=7%%2C2024-02-29&active=true' >"$corpus/subscriptions"
		printf 'q=ana+b%%25&name=%%C3%%89&sort=surname&after=7,a&phone=' >"$corpus/members"
		printf 'price_from=1&price_to=49.90&type=day' >"$corpus/plans"
		;;
	fuzz_path)
		printf 'GET\n/members/7/subscriptions\nW/"7", "8"' >"$corpus/children"
		printf 'PUT\n/plans/update/9223372036854775807\napplication/json' >"$corpus/update"
		;;
	esac
	echo "== $name"
	limit="-max_total_time=$seconds"
	[ -z "${RUNS:-}" ] || limit="-runs=$RUNS"
	"$fuzzer" "$limit" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 -artifact_prefix=build/fuzz- "$corpus" \
		2>"build/$name.log" || { tail -n 60 "build/$name.log"; exit 1; }
	grep -E 'number_of_executed_units|^Done' "build/$name.log"
done
