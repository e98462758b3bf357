// What the rows of several tables share.
#ifndef FIELDS_SHARED_H
#define FIELDS_SHARED_H

#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}

#define REGION "^[a-z]{2}[a-z-]*[0-9]$"

// What an edit does.
#define OTHER_STACK "this is another stack: AWS cannot rename the database or move it to another network or region"

#endif
