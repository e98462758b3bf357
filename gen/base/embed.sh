#!/bin/sh
# Prints an assembler file with every embedded file as bytes, and the list of them that embed.h declares.
#   embed.sh ARCHIVE BINARIES FILE...
# ARCHIVE is the packed service; programs made of the same sources lie below BINARIES, by the first digits of its hash.
set -eu
archive=$1 binaries=$2
shift 2

printf '\t.section .rodata\n'
i=0
for file in "$@" "$archive" "$archive.sha256" $(find "$binaries/$(cut -c 1-12 "$archive.sha256")"/* 2>/dev/null); do
	case $file in
	templates/* | gen/* | examples/*) name=$file ;;
	*/gen/*) name=gen/${file##*/gen/} ;; # made from the file of that name
	*) name=service/$(basename "$file") ;;
	esac
	i=$((i + 1))
	printf 'p%d:\t.asciz "%s"\nd%d:\t.incbin "%s"\ne%d:\t.byte 0\n' $i "$name" $i "$file" $i
done
printf '\t.section .data.rel.ro,"aw"\n\t.balign 8\n\t.globl embedded_files\nembedded_files:\n'
for k in $(seq $i); do printf '\t.quad p%d, d%d, e%d - d%d\n' "$k" "$k" "$k" "$k"; done
printf '\t.quad 0, 0, 0\n\t.section .note.GNU-stack,"",@progbits\n'
