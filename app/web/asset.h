// The files of the pages, which are part of the program.
#ifndef ASSET_H
#define ASSET_H

struct asset {
	const char *name;
	const char *type; // media type
	const char *data;
	const char *end;
};

// NULL if there is no file of this name.
const struct asset *asset_find(const char *name);

#endif
