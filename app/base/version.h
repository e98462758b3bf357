// The version the service reports; the build may set another.
#ifndef VERSION_H
#define VERSION_H

#ifndef CRUDD_VERSION
#define CRUDD_VERSION "0.1.0"
#endif

#endif
