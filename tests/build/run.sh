#!/bin/sh
# Every example compiles to the files of tests/build/<name>/, byte for byte. The hash of the packed service, which changes with
# every line of app/, is blanked in both.
# BLESS=1 rewrites the wanted files after showing the differences.
set -u
cd "$(dirname "$0")/../.." || exit 1
tfgen=$(realpath "${TFGEN:-build/tfgen}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() {
	name=$1
	shift
	mkdir "$work/$name"
	cp "examples/$1" "$work/$name/"
	(cd "$work/$name" && "$tfgen" -q "$@") 2>"$work/stderr" || { cat "$work/stderr"; failed=$((failed + 1)); return; }
	hash=$(sed -n 's/.*archive_sha256 *= "\(.*\)"/\1/p' "$work/$name/main.tf")
	short=$(printf %.12s "$hash")
	rm -r "$work/$name/.tfgen" "$work/$name/service" "$work/$name/$1"
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

check starter starter.yaml
check minimal minimal.yaml
check original original.yaml
check production production.yaml
check fortress fortress.yaml
check production-staging production.yaml --env staging
echo "build: $passed passed, $failed failed"
[ "$failed" = 0 ]
