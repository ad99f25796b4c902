/* Compresses standard input to standard output as raw DEFLATE, on whatever
 * accelerator acceld chooses. cc compress.c -lacceld */
#include <stdio.h>
#include <stdlib.h>

#include "client/acceld.h"

/* As much as one run of this example takes. */
enum { kMostInput = 16 << 20 };

static const char kPipeline[] =
    "{\"stages\": [{\"name\": \"pack\", \"function\": \"compress/deflate\"}]}";

static int Fail(const acceld_error* error) {
  fprintf(stderr, "compress: %s\n", error->message);
  return 1;
}

/* Compresses `size` bytes at `source`. The device works on this process's own
 * addresses: nothing is copied into a buffer of its own first. */
static int Compress(acceld_queue* queue, const void* source, size_t size,
                    acceld_error* error) {
  /* DEFLATE never grows data by more than 5 bytes a block of 16 KiB. */
  const size_t room = size + size / 1024 + 64;
  void* destination = malloc(room);
  acceld_work work = ACCELD_WORK_INIT;
  acceld_completion completion = ACCELD_COMPLETION_INIT;
  int code = ACCELD_NO_MEMORY;
  if (destination == NULL) return code;
  work.opcode = ACCELD_COMPRESS_DEFLATE;
  work.source = source;
  work.source_size = size;
  work.destination = destination;
  work.destination_size = room;
  work.parameter = 6; /* the level */
  code = acceld_submit(queue, &work, error);
  if (code == ACCELD_OK) code = acceld_wait(queue, &completion, error);
  if (code == ACCELD_OK && completion.status != ACCELD_WORK_OK) {
    fprintf(stderr, "compress: the device says %d\n", completion.status);
    code = ACCELD_IO;
  } else if (code == ACCELD_OK) {
    fwrite(destination, 1, (size_t)completion.bytes_written, stdout);
  }
  free(destination);
  return code;
}

int main(void) {
  acceld_error error = ACCELD_ERROR_INIT;
  acceld_client* client = NULL;
  acceld_lease* lease = NULL;
  acceld_queue* queue = NULL;
  int failed = 0;
  void* source = malloc(kMostInput);
  const size_t size = source ? fread(source, 1, kMostInput, stdin) : 0;

  if (acceld_connect(NULL, &client, &error) < 0 ||
      acceld_acquire(client, kPipeline, &lease, &error) < 0 ||
      acceld_open_queue(lease, "pack", 0, &queue, &error) < 0 ||
      Compress(queue, source, size, &error) < 0) {
    failed = Fail(&error);
  }
  acceld_close_queue(queue);
  acceld_close_lease(lease); /* its devices are free again */
  acceld_disconnect(client);
  free(source);
  return failed;
}
