// What systemd wants to hear from a service of Type=notify. Without systemd all of it does nothing.
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdbool.h>

// Sends "READY=1", "STOPPING=1" or "WATCHDOG=1". False only if somebody listens and could not be reached.
bool notify_send(const char *state);
// Milliseconds between two signs of life, half of what systemd allows; 0: it wants none.
long notify_watchdog_ms(void);

#endif
