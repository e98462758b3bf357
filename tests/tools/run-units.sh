#!/bin/sh
# Runs test programs one after another; fails if one does.
failed=0
for t in "$@"; do
	"$t" || failed=1
done
exit $failed
