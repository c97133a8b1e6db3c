/* A delegate whose invoke never returns while a file is there, as one on a device that has gone silent.

   It takes the last operation of a model and leaves its output as it is. */

#include <stdlib.h>
#include <unistd.h>

#include "tflite.h"

#define HANGS "/run/edge-test/invoke-hangs"

static int nothing(Context *context, Node *node) { return OK; }

static int invoke(Context *context, Node *node) {
  while (access(HANGS, F_OK) == 0) pause();
  return OK;
}

static int prepare(Context *context, Delegate *delegate) {
  Registration kernel = {
      .prepare = nothing, .invoke = invoke, .custom_name = "silent", .version = 1};
  IntArray *plan;
  if (context->get_execution_plan(context, &plan) != OK || plan->size == 0) return ERROR;
  IntArray *last = malloc(sizeof *last + sizeof *last->data);
  last->size = 1;
  last->data[0] = plan->data[plan->size - 1];
  int status = context->replace_nodes(context, kernel, last, delegate);
  free(last);
  return status;
}

Delegate *tflite_plugin_create_delegate(char **keys, char **values, size_t count, void (*report_error)(const char *)) {
  Delegate *delegate = calloc(1, sizeof *delegate);
  delegate->prepare = prepare;
  delegate->flags = ALLOW_DYNAMIC_TENSORS;
  return delegate;
}

void tflite_plugin_destroy_delegate(Delegate *delegate) { free(delegate); }
