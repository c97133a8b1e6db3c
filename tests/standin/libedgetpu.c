/* A stand-in for libedgetpu.so.1: it takes the operations that the EdgeTPU's compiler has made, and instead of what
   they would compute gives bytes that depend on every byte of the input, so that a test sees whether it arrived.
   tests/standin/pattern.py knows the same bytes.

   Exported are TFLite's plugin for external delegates, and of edgetpu_c.h what lists devices and tells the version. */

#include "control.h"
#include "tflite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

static const char *CUSTOM_OPERATION = "edgetpu-custom-op";
static const char *TYPES[] = {"pci", "usb"};

/* FNV-1a, over all inputs. */
static uint64_t hash(uint64_t seed, const Tensor *tensor) {
  const uint8_t *bytes = tensor->data;
  for (size_t i = 0; i < tensor->bytes; i++) seed = (seed ^ bytes[i]) * 0x100000001b3u;
  return seed;
}

/* xorshift64*, its top byte for each byte; a float32 gets that over 256. */
static uint64_t fill(uint64_t state, const Tensor *tensor) {
  size_t count = tensor->type == FLOAT32 ? tensor->bytes / sizeof(float) : tensor->bytes;
  for (size_t i = 0; i < count; i++) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    uint8_t byte = state * 0x2545f4914f6cdd1du >> 56;
    if (tensor->type == FLOAT32) ((float *)tensor->data)[i] = byte / 256.0f;
    else ((uint8_t *)tensor->data)[i] = byte;
  }
  return state;
}

static int nothing(Context *context, Node *node) { return OK; }

static int invoke(Context *context, Node *node) {
  if (!obey("invoke")) {
    context->report_error(context, "the stand-in was told to fail");
    return ERROR;
  }
  uint64_t state = 0xcbf29ce484222325u;
  for (int i = 0; i < node->inputs->size; i++) state = hash(state, &context->tensors[node->inputs->data[i]]);
  state |= !state; /* xorshift stays at 0 */
  for (int i = 0; i < node->outputs->size; i++) state = fill(state, &context->tensors[node->outputs->data[i]]);
  return OK;
}

static int prepare(Context *context, Delegate *delegate) {
  Registration kernel = {.prepare = nothing, .invoke = invoke, .custom_name = CUSTOM_OPERATION, .version = 1};
  IntArray *plan;
  if (context->get_execution_plan(context, &plan) != OK) return ERROR;
  IntArray *taken = malloc(sizeof *taken + plan->size * sizeof *taken->data);
  taken->size = 0;
  for (int i = 0; i < plan->size; i++) {
    Node *node;
    Registration *operation;
    if (context->get_node_and_registration(context, plan->data[i], &node, &operation) == OK &&
        operation->custom_name && strcmp(operation->custom_name, CUSTOM_OPERATION) == 0)
      taken->data[taken->size++] = plan->data[i];
  }
  int status = context->replace_nodes(context, kernel, taken, delegate);
  free(taken);
  return status;
}

static const char *option(const char *key, char **keys, char **values, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(keys[i], key) == 0) return values[i];
  return "";
}

static bool is_one_of(const char *value, const char *const *allowed) {
  for (; *allowed; allowed++)
    if (strcmp(value, *allowed) == 0) return true;
  return false;
}

/* Stricter than the real one, which takes any device without an index and then ignores all other options. */
static bool is_attached(const char *device) {
  Attached devices[MOST_DEVICES];
  size_t found = attached(devices), seen[2] = {0, 0};
  char name[64];
  for (size_t i = 0; i < found; i++) {
    int type = devices[i].type;
    snprintf(name, sizeof name, "%s:%zu", TYPES[type], seen[type]++);
    if (strcmp(name, device) == 0) return take(TYPES[type], seen[type] - 1);
  }
  return false;
}

EXPORT Delegate *tflite_plugin_create_delegate(char **keys, char **values, size_t count, void (*report)(const char *)) {
  static const char *const performances[] = {"", "Low", "Medium", "High", "Max", NULL};
  static const char *const switches[] = {"", "True", "False", NULL};
  const char *device = option("device", keys, values, count), *performance = option("Performance", keys, values, count);
  if (!obey("create") || !is_attached(device) || !is_one_of(performance, performances) ||
      !is_one_of(option("Usb.AlwaysDfu", keys, values, count), switches))
    return NULL;
  record("created", device, performance);
  Delegate *delegate = calloc(1, sizeof *delegate);
  delegate->prepare = prepare;
  delegate->flags = ALLOW_DYNAMIC_TENSORS; /* else the runtime refuses the operation before it asks the delegate */
  return delegate;
}

EXPORT void tflite_plugin_destroy_delegate(Delegate *delegate) {
  if (delegate) record("destroyed", "", "");
  free(delegate);
}

struct edgetpu_device {
  int type;
  const char *path;
};

EXPORT struct edgetpu_device *edgetpu_list_devices(size_t *count) {
  struct list {
    struct edgetpu_device devices[MOST_DEVICES];
    Attached attached[MOST_DEVICES];
  } *list = calloc(1, sizeof *list);
  *count = attached(list->attached);
  for (size_t i = 0; i < *count; i++)
    list->devices[i] = (struct edgetpu_device){list->attached[i].type, list->attached[i].path};
  return list->devices;
}

EXPORT void edgetpu_free_devices(struct edgetpu_device *devices) { free(devices); }

EXPORT const char *edgetpu_version(void) { return "BuildLabel(stand-in), RuntimeVersion(14)"; }
