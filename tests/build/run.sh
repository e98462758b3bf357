#!/bin/sh
# Every example compiles to the files of tests/build/<name>/, byte for byte. The hash of the packed service, which changes with
# every line of app/, is blanked in both.
# BLESS=1 rewrites the wanted files after showing the differences.
set -u
cd "$(dirname "$0")/../.." || exit 1
tfgen=${TFGEN:-build/tfgen}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() {
	name=$1
	shift
	"$tfgen" -q -o "$work/$name" "$@" 2>"$work/stderr" || { cat "$work/stderr"; failed=$((failed + 1)); return; }
	hash=$(sed -n 's/.*archive_sha256 *= "\(.*\)"/\1/p' "$work/$name/main.tf")
	short=$(printf %.12s "$hash")
	rm -r "$work/$name/.tfgen" "$work/$name/service"
	find "$work/$name" -type f -exec sed -i "s/$hash/SHA256/; s/$short/HASH/" {} +
	mkdir -p "tests/build/$name"
	if diff -ruN "tests/build/$name" "$work/$name" >"$work/diff"; then
		passed=$((passed + 1))
	else
		cat "$work/diff"
		if [ -n "${BLESS:-}" ]; then
			rm -r "tests/build/$name"
			cp -r "$work/$name" "tests/build/$name"
		else
			failed=$((failed + 1))
		fi
	fi
}

check minimal examples/minimal.yaml
check original examples/original.yaml
check production examples/production.yaml
check production-staging --env staging examples/production.yaml
echo "build: $passed passed, $failed failed"
[ "$failed" = 0 ]
