/* acceld.h as C99, and libacceld.so as a C program calls it. */
#include <stdio.h>
#include <string.h>

#include "client/acceld.h"

static int failures = 0;

static void Expect(int condition, const char* what) {
  if (condition) return;
  ++failures;
  fprintf(stderr, "FAILED: %s\n", what);
}

static void TestNoBus(void) {
  acceld_client* client = NULL;
  acceld_error error = ACCELD_ERROR_INIT;
  const int code =
      acceld_connect("unix:path=/nonexistent/bus", &client, &error);
  Expect(code == ACCELD_UNAVAILABLE, "no bus is unavailable");
  Expect(error.code == code, "the error has the code");
  Expect(strlen(error.message) > 0, "the error has a message");
  Expect(client == NULL, "no handle on failure");
}

static void TestShortError(void) {
  /* A caller that was built when the structure ended after `code`. */
  acceld_error error = ACCELD_ERROR_INIT;
  acceld_client* client = NULL;
  error.struct_size = offsetof(acceld_error, sys_errno);
  error.sys_errno = 12345;
  strcpy(error.message, "untouched");
  Expect(acceld_connect("", &client, &error) < 0, "no address fails");
  Expect(error.code < 0, "the code is filled");
  Expect(error.sys_errno == 12345, "what the caller lacks is not written");
  Expect(strcmp(error.message, "untouched") == 0, "nor what follows it");
}

static void TestNull(void) {
  acceld_lease* lease = NULL;
  Expect(acceld_connect(NULL, NULL, NULL) == ACCELD_INVALID_ARGUMENT,
         "connect needs a place for the handle");
  Expect(acceld_acquire(NULL, "{}", &lease, NULL) == ACCELD_INVALID_ARGUMENT,
         "acquire needs a client");
  Expect(acceld_submit(NULL, NULL, NULL) == ACCELD_INVALID_ARGUMENT,
         "submit needs a queue");
  Expect(acceld_release(NULL, NULL) == ACCELD_INVALID_ARGUMENT,
         "release needs a lease");
  acceld_disconnect(NULL);
  acceld_close_lease(NULL);
  acceld_close_queue(NULL);
  acceld_unmap_buffer(NULL);
  acceld_free_text(NULL);
}

static void TestInit(void) {
  acceld_grant grant = ACCELD_GRANT_INIT;
  acceld_work work = ACCELD_WORK_INIT;
  acceld_completion completion = ACCELD_COMPLETION_INIT;
  Expect(grant.struct_size == sizeof grant && grant.fd == -1, "grant init");
  Expect(work.struct_size == sizeof work && work.opcode == 0, "work init");
  Expect(completion.struct_size == sizeof completion, "completion init");
  Expect(strlen(acceld_version()) > 0, "there is a version");
}

int main(void) {
  TestNoBus();
  TestShortError();
  TestNull();
  TestInit();
  return failures == 0 ? 0 : 1;
}
