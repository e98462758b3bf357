// The assembler includes the files as they are.

#include "web/asset.h"

#include <string.h>

// The directory of the files, relative to where the compiler runs.
#ifndef ASSET_DIR
#define ASSET_DIR "web"
#endif

#define ASSET(symbol, file, type)                                                                                                      \
	__asm__(".pushsection .rodata\n" #symbol "_data:\n.incbin \"" ASSET_DIR "/" file "\"\n" #symbol "_end:\n.byte 0\n.popsection\n");  \
	extern const char symbol##_data[], symbol##_end[];
#include "web/assets.def"
#undef ASSET

static const struct asset assets[] = {
#define ASSET(symbol, file, type) {file, type, symbol##_data, symbol##_end},
#include "web/assets.def"
#undef ASSET
};

const struct asset *
asset_find(const char *name)
{
	for (size_t i = 0; i < sizeof assets / sizeof *assets; i++)
		if (strcmp(assets[i].name, name) == 0)
			return &assets[i];
	return NULL;
}
