/* The folder in EDGE_STANDIN, /run/edge-test/edgetpu where that is not set. Files in it, all optional:

   create, invoke   what loading the delegate and each invoke do: `slow MS`, `hang`, `abort`, `fail`; with `once` at the
                    end the first who reads it removes the file, where it may, and is the only one to do so
   devices          what is attached, a line each: `usb PATH` or `pci PATH`; nothing without it

   The stand-in writes there, where it may: `created` and `destroyed`, a line for each delegate, and a lock for each
   device in use. */

#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *in_folder(const char *name, char path[PATH_LENGTH]) {
  const char *folder = getenv("EDGE_STANDIN");
  snprintf(path, PATH_LENGTH, "%s/%s", folder ? folder : "/run/edge-test/edgetpu", name);
  return path;
}

static void sleep_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR);
}

bool obey(const char *name) {
  char path[PATH_LENGTH], what[16] = "", first[16] = "", second[16] = "";
  FILE *file = fopen(in_folder(name, path), "re");
  if (!file) return true;
  int words = fscanf(file, "%15s %15s %15s", what, first, second);
  fclose(file);
  const char *last = words == 3 ? second : first;
  if (strcmp(last, "once") == 0 && unlink(path) != 0 && errno == ENOENT) return true; /* another has taken it */
  if (strcmp(what, "slow") == 0) sleep_ms(atol(first));
  if (strcmp(what, "hang") == 0) while (true) pause();
  if (strcmp(what, "abort") == 0) {
    fputs("F driver/usb/usb_driver.cc:1148] HandleQueuedBulkIn transfer in failed. Not found: USB transfer error 5 "
          "[LibUsbDataIn]\n", stderr);
    abort();
  }
  return strcmp(what, "fail") != 0;
}

size_t attached(Attached *devices) {
  char path[PATH_LENGTH], type[16];
  size_t found = 0;
  FILE *file = fopen(in_folder("devices", path), "re");
  if (!file) return 0;
  while (found < MOST_DEVICES && fscanf(file, "%15s %255s", type, devices[found].path) == 2)
    devices[found++].type = strcmp(type, "usb") == 0;
  fclose(file);
  return found;
}

bool take(const char *type, size_t index) {
  char name[64], path[PATH_LENGTH];
  snprintf(name, sizeof name, "%s-%zu.lock", type, index);
  int lock = open(in_folder(name, path), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  return lock < 0 || lockf(lock, F_TLOCK, 0) == 0; /* stays open and locked while the process lives */
}

void record(const char *name, const char *device, const char *performance) {
  char path[PATH_LENGTH];
  FILE *file = fopen(in_folder(name, path), "ae");
  if (!file) return;
  fprintf(file, "%d %s %s\n", getpid(), device, performance);
  fclose(file);
}
