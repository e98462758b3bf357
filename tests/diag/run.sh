#!/bin/sh
# Every tests/diag/*.yaml is linted, and what tfgen says, with its exit status, must be the .err beside it. A first line
# `# args: ...` gives other options than -q. Every id that `tfgen explain` lists must be fired by some case.
# BLESS=1 rewrites the .err files after showing the differences.
set -u
cd "$(dirname "$0")" || exit 1
tfgen=$(cd ../.. && realpath "${TFGEN:-build/tfgen}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# A file too large to keep in the tree.
head -c 1048577 /dev/zero | tr '\0' '#' >"$work/file-too-large.yaml"
cp file-too-large.err "$work/" 2>/dev/null

for spec in *.yaml "$work"/*.yaml; do
	args=$(sed -n '1s/^# args: *//p' "$spec" | tr -d '\000')
	case $(head -c 7 "$spec" | tr -d '\000') in '# args:') ;; *) args=-q ;; esac
	name=$(basename "$spec" .yaml)
	# shellcheck disable=SC2086 # several options
	(cd "$(dirname "$spec")" && eval "\"$tfgen\" lint $args $name.yaml" </dev/null; echo "exit $?") >"$work/got" 2>&1
	if cmp -s "$work/got" "$name.err"; then
		passed=$((passed + 1))
	else
		diff -uN "$name.err" "$work/got"
		if [ -n "${BLESS:-}" ]; then cp "$work/got" "$name.err"; else failed=$((failed + 1)); fi
	fi
done

# No spec alone fires these: tests/unit/stack/test_template.c does for a template's defect, tests/unit/stack/test_render.c for more
# settings than the service has and for a program that tfgen was built without, tests/cli/test_edits.py for those that need an earlier
# compilation, tests/unit/read/test_load.c for those of a load.
for id in $("$tfgen" explain | sed -n '/^problems:/,$s/^  \([a-z0-9-]*\) .*/\1/p'); do
	case $id in template-defect | user-data-too-large | no-service-binary | other-stack | refused-edit | invalid-load) continue ;; esac
	if grep -q "\[$id\]" ./*.err; then
		passed=$((passed + 1))
	else
		echo "no case fires $id"
		failed=$((failed + 1))
	fi
done
echo "diag: $passed passed, $failed failed"
[ "$failed" = 0 ]
