/* A delegate whose invoke never returns while a file is there, as one on a device that has gone silent.

   It takes the last operation of a model and leaves its output as it is. The structures are declared as TFLite's
   common.h has them, as far as they are used. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define HANGS "/run/edge-test/invoke-hangs"

typedef struct {
  int size;
  int data[];
} IntArray;

typedef struct Context Context;

typedef struct {
  void *(*init)(Context *, const char *, size_t);
  void (*free)(Context *, void *);
  int (*prepare)(Context *, void *);
  int (*invoke)(Context *, void *);
  const char *(*profiling_string)(const Context *, const void *);
  int32_t builtin_code;
  const char *custom_name;
  int version;
  void *registration_external;
  void *async_kernel;
  uint64_t inplace_operator;
} Registration;

typedef struct Delegate {
  void *data;
  int (*prepare)(Context *, struct Delegate *);
  void *copy_from_buffer_handle;
  void *copy_to_buffer_handle;
  void *free_buffer_handle;
  int64_t flags;
  void *opaque_builder;
} Delegate;

struct Context {
  size_t tensors_size;
  int (*get_execution_plan)(Context *, IntArray **);
  void *tensors;
  void *impl;
  void *resize_tensor;
  void *report_error;
  void *add_tensors;
  void *get_node_and_registration;
  int (*replace_nodes)(Context *, Registration, const IntArray *, Delegate *);
};

static int nothing(Context *context, void *node) { return 0; }

static int invoke(Context *context, void *node) {
  while (access(HANGS, F_OK) == 0) pause();
  return 0;
}

static int prepare(Context *context, Delegate *delegate) {
  Registration kernel = {
      .prepare = nothing, .invoke = invoke, .custom_name = "silent", .version = 1};
  IntArray *plan;
  if (context->get_execution_plan(context, &plan) != 0 || plan->size == 0) return 1;
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
  delegate->flags = 1; /* tensors may be of any size */
  return delegate;
}

void tflite_plugin_destroy_delegate(Delegate *delegate) { free(delegate); }
