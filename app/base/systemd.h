// The notification protocol of a systemd service with Type=notify. Without systemd, these functions
// do nothing.
#ifndef SYSTEMD_H
#define SYSTEMD_H

#include <stdbool.h>

// Sends "READY=1", "STOPPING=1" or "WATCHDOG=1". False only if there is a socket and sending
// failed.
bool systemd_notify(const char *state);
// Milliseconds between two watchdog messages: half of what systemd allows. 0: systemd does not
// expect any.
long systemd_watchdog_ms(void);

#endif
