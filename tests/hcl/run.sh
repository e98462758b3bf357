#!/bin/sh
# Every tests/hcl/*.in must format to the .want beside it, which `terraform fmt` made, and a .want must not change.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
for f in tests/hcl/*.in tests/hcl/*.want; do
	if "$1" <"$f" | cmp -s - "${f%.*}.want"; then
		passed=$((passed + 1))
	else
		echo "$f: formatted differently"
		"$1" <"$f" | diff "${f%.*}.want" - | head -n 20
		failed=$((failed + 1))
	fi
done
echo "fmt: $passed passed, $failed failed"
[ "$failed" = 0 ]
