/* What the test wants of the stand-in, read anew each time from a folder; see control.c. */

#ifndef STANDIN_CONTROL_H
#define STANDIN_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

enum { PATH_LENGTH = 256, MOST_DEVICES = 16 };

typedef struct {
  int type; /* as edgetpu_c.h numbers them: 0 PCI, 1 USB */
  char path[PATH_LENGTH];
} Attached;

/* Do what the file `name` says: nothing without one, be slow, hang, or abort. False where it says to fail. */
bool obey(const char *name);

/* Those that the file `devices` lists, at most MOST_DEVICES; their number. */
size_t attached(Attached *devices);

/* Whether this process has the device of that type and number to itself. */
bool take(const char *type, size_t index);

/* Append a line to the file `name`: this process, and these. */
void record(const char *name, const char *device, const char *performance);

#endif
