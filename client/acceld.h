/*
 * libacceld for C: ask acceld for a pipeline, get its devices, run on them.
 * docs/c-api.md has a whole program.
 *
 *   acceld_client* client = NULL;
 *   acceld_lease* lease = NULL;
 *   acceld_error error = ACCELD_ERROR_INIT;
 *   if (acceld_connect(NULL, &client, &error) < 0 ||
 *       acceld_acquire(client, pipeline_json, &lease, &error) < 0) {
 *     fprintf(stderr, "%s\n", error.message);
 *   }
 *
 * Conventions
 * - Functions that may fail return 0 (ACCELD_OK) or a negative acceld_code, and
 *   fill `error` where it is not NULL. Handles are set only on success. Every
 *   function may return ACCELD_INVALID_ARGUMENT, ACCELD_NO_MEMORY and
 *   ACCELD_INTERNAL; "Errors:" lists the others.
 * - Structures begin with their size, which the caller sets (the *_INIT macros
 *   do), so that later versions of the library can add members at the end.
 * - Strings are UTF-8 and NUL-terminated. What a function returns lives as long
 *   as the handle it came from, unless it says otherwise.
 * - acceld_client is thread-safe; the other handles belong to one thread at a
 *   time. A lease, its queues and its buffers may outlive the client handle.
 * - Freeing functions take NULL.
 */
#ifndef ACCELD_H_
#define ACCELD_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ACCELD_API __attribute__((visibility("default")))
#else
#define ACCELD_API
#endif

/* A closed list; values do not change. */
typedef enum acceld_code {
  ACCELD_OK = 0,
  ACCELD_INVALID_ARGUMENT = -1, /* the request or a parameter is malformed */
  ACCELD_NOT_FOUND = -2,        /* no such thing, or it may not be seen */
  ACCELD_PERMISSION_DENIED = -3,
  ACCELD_UNSATISFIABLE = -4, /* no placement meets the hard constraints */
  ACCELD_QUOTA_EXCEEDED = -5,
  ACCELD_BUSY = -6, /* somebody else holds it; or: wait for completions first */
  ACCELD_STALE = -7, /* decided on an old snapshot; ask again */
  ACCELD_UNSUPPORTED = -8,
  ACCELD_IO = -9,
  ACCELD_CORRUPT_INPUT = -10,
  ACCELD_DEVICE_GONE = -11,
  ACCELD_DEADLINE = -12, /* the deadline ran out before any placement */
  ACCELD_NO_MEMORY = -13,
  ACCELD_UNAVAILABLE = -14, /* no bus, or no acceld on it */
  ACCELD_INTERNAL = -15
} acceld_code;

typedef struct acceld_error {
  size_t struct_size;
  int code;           /* an acceld_code */
  int sys_errno;      /* errno where a system call failed, else 0 */
  char message[1024]; /* for people; cut where it is longer */
} acceld_error;
#define ACCELD_ERROR_INIT \
  { sizeof(acceld_error), 0, 0, "" }

typedef struct acceld_client acceld_client;
typedef struct acceld_lease acceld_lease;
typedef struct acceld_queue acceld_queue;
typedef struct acceld_buffer acceld_buffer;
typedef struct acceld_vfio acceld_vfio;

/* Version of the library, "0.1.0". */
ACCELD_API const char* acceld_version(void);

/* Connects to acceld. `bus`: "system", "session", a D-Bus address, or NULL for
 * "system". Errors: ACCELD_UNAVAILABLE, ACCELD_PERMISSION_DENIED. */
ACCELD_API int acceld_connect(const char* bus, acceld_client** client,
                              acceld_error* error);
ACCELD_API void acceld_disconnect(acceld_client* client);

/* Places a pipeline (JSON text, docs/pipeline.md) and opens its devices. The
 * lease lasts until acceld_release, acceld_close_lease or the end of the
 * process. Waits for the pipeline's deadline and 30 s at most.
 * Errors: those of org.acceld1.Manager.Acquire (docs/dbus-api.md). */
ACCELD_API int acceld_acquire(acceld_client* client, const char* pipeline_json,
                              acceld_lease** lease, acceld_error* error);

/* The lease that this process was given by who started it: by descriptors
 * (accelctl run; once a process), or by the lease's own socket (a container),
 * of which the grants go to who comes first. Needs no bus. Such a lease has the
 * placement "{}", and lasts as long as somebody holds it. Reads the
 * environment: ACCELD_SESSION_FD and ACCELD_GRANTS, or ACCELD_LEASE_SOCKET.
 * Errors: ACCELD_NOT_FOUND (no lease was given, or it is over),
 * ACCELD_PERMISSION_DENIED, ACCELD_DEVICE_GONE, ACCELD_CORRUPT_INPUT,
 * ACCELD_IO. */
ACCELD_API int acceld_inherit(acceld_lease** lease, acceld_error* error);

/* Where a pipeline would go, as JSON text; nothing is opened or held. Free the
 * text with acceld_free_text. Errors: as acceld_acquire. */
ACCELD_API int acceld_plan(acceld_client* client, const char* pipeline_json,
                           char** placement_json, acceld_error* error);
ACCELD_API void acceld_free_text(char* text);

/* As acceld_acquire and acceld_plan. Where nothing fits (ACCELD_UNSATISFIABLE,
 * ACCELD_BUSY, ACCELD_DEADLINE), `refusal_json` is set to why, as JSON text:
 * which demands conflict, which devices were refused for what, what to change
 * ("Refusals" in docs/dbus-api.md). Free it with acceld_free_text. It is set
 * to NULL in all other cases. */
ACCELD_API int acceld_acquire_explained(acceld_client* client,
                                        const char* pipeline_json,
                                        acceld_lease** lease,
                                        char** refusal_json,
                                        acceld_error* error);
ACCELD_API int acceld_plan_explained(acceld_client* client,
                                     const char* pipeline_json,
                                     char** placement_json, char** refusal_json,
                                     acceld_error* error);

/* The lease's D-Bus object path, and its placement as JSON text. */
ACCELD_API const char* acceld_lease_path(const acceld_lease* lease);
ACCELD_API const char* acceld_lease_placement(const acceld_lease* lease);

/* The session socket: whoever holds a copy keeps the lease alive (a child
 * process, over exec). Readable when acceld revokes the lease or is gone.
 * Belongs to the lease: do not close it. */
ACCELD_API int acceld_lease_fd(const acceld_lease* lease);

/* Ends the lease, waits until its devices are free, and frees the handle,
 * whatever it returns. Errors: ACCELD_NOT_FOUND (it had ended),
 * ACCELD_UNAVAILABLE. */
ACCELD_API int acceld_release(acceld_lease* lease, acceld_error* error);
/* Ends the lease without waiting, and frees the handle. */
ACCELD_API void acceld_close_lease(acceld_lease* lease);

/* One device or buffer of a lease. */
typedef struct acceld_grant {
  size_t struct_size;
  const char* stage;    /* of a buffer: the stage that the link comes from */
  int64_t replica;      /* 0 .. the stage's count - 1 */
  const char* kind;     /* "fd", "ticket", "path", "soft" or "buffer" */
  const char* device;   /* key of the device; of a buffer: of its memory */
  const char* function; /* "compress/deflate"; of a buffer: "" */
  int64_t link;         /* of a buffer: index into the request's links, or -1 */
  int64_t size;         /* of a buffer: bytes */
  int fd; /* belongs to the lease: dup it to keep it; -1: a queue took it */
} acceld_grant;
#define ACCELD_GRANT_INIT \
  { sizeof(acceld_grant), NULL, 0, NULL, NULL, NULL, -1, 0, -1 }

ACCELD_API size_t acceld_grant_count(const acceld_lease* lease);
/* Fills `grant` with the grant number `index`. Errors: ACCELD_NOT_FOUND. */
ACCELD_API int acceld_grant_at(const acceld_lease* lease, size_t index,
                               acceld_grant* grant);

/* A descriptor of a stage's device, for its driver's own interface; the caller
 * closes it. Of a grant of kind "fd" a copy. A ticket (kinds "ticket" and
 * "path") is opened here and now: devices that share memory bind this
 * process's, and acceld is told the result. With several tickets, open them
 * in the order of acceld_ticket_at.
 * Errors: ACCELD_NOT_FOUND, ACCELD_UNSUPPORTED (a soft device; no /proc; the
 * device cannot bind this process's memory), ACCELD_PERMISSION_DENIED (revoked,
 * or a device cgroup), ACCELD_DEVICE_GONE, ACCELD_BUSY, ACCELD_IO. */
ACCELD_API int acceld_open_device(acceld_lease* lease, const char* stage,
                                  int64_t replica, int* fd,
                                  acceld_error* error);

/* Fills `grant` with the ticket number `index`, in the order in which to open
 * them: narrowest PASID first, so that the one PASID of this process serves all
 * devices. Errors: ACCELD_NOT_FOUND (there are fewer). */
ACCELD_API int acceld_ticket_at(const acceld_lease* lease, size_t index,
                                acceld_grant* grant);

/* Starts a queue that was opened and set up since (its regions mapped), where
 * the framework has that step (uacce); else does nothing. Errors:
 * ACCELD_NOT_FOUND, ACCELD_INVALID_ARGUMENT (not set up), ACCELD_DEVICE_GONE,
 * ACCELD_BUSY, ACCELD_IO. */
ACCELD_API int acceld_start_queue(acceld_lease* lease, const char* stage,
                                  int64_t replica, int fd, acceld_error* error);

/* What a soft queue does (docs/soft-queue.md). */
typedef enum acceld_opcode {
  ACCELD_COPY = 2,
  ACCELD_COMPRESS_DEFLATE = 3, /* raw DEFLATE; parameter: level 0..9 */
  ACCELD_DECOMPRESS_DEFLATE = 4,
  ACCELD_DIGEST_SHA256 = 5,   /* 32 bytes to the destination */
  ACCELD_CHECKSUM_CRC32C = 6, /* in `result`; parameter: seed */
  ACCELD_TRANSFORM_XOR = 7    /* parameter: 8-byte key */
} acceld_opcode;

/* How an operation ended. */
typedef enum acceld_work_status {
  ACCELD_WORK_OK = 0,
  ACCELD_WORK_BAD_DESCRIPTOR = 1,
  ACCELD_WORK_NOT_BOUND = 2,
  ACCELD_WORK_NOT_OFFERED = 3,     /* the queue is for another function */
  ACCELD_WORK_BAD_SOURCE = 4,      /* not mapped: see fault_address */
  ACCELD_WORK_BAD_DESTINATION = 5, /* not mapped or read-only */
  ACCELD_WORK_TOO_SMALL = 6,
  ACCELD_WORK_CORRUPT = 7, /* the data is not what the function expects */
  ACCELD_WORK_INTERNAL = 8
} acceld_work_status;

typedef struct acceld_work {
  size_t struct_size;
  int opcode;         /* an acceld_opcode */
  uint64_t id;        /* the caller's; comes back in the completion */
  const void* source; /* any address of this process */
  size_t source_size; /* bytes */
  void* destination;
  size_t destination_size;
  uint64_t parameter;
} acceld_work;
#define ACCELD_WORK_INIT \
  { sizeof(acceld_work), 0, 0, NULL, 0, NULL, 0, 0 }

typedef struct acceld_completion {
  size_t struct_size;
  int status; /* an acceld_work_status */
  uint64_t id;
  uint64_t bytes_read;
  uint64_t bytes_written;
  uint64_t result;
  uint64_t fault_address;
  uint64_t nanoseconds; /* that the worker spent */
} acceld_completion;
#define ACCELD_COMPLETION_INIT \
  { sizeof(acceld_completion), 0, 0, 0, 0, 0, 0, 0 }

/* Binds the soft queue of a stage to this process's address space; once a
 * stage and replica. Errors: ACCELD_NOT_FOUND, ACCELD_UNSUPPORTED (no soft
 * device), ACCELD_BUSY (opened before), ACCELD_DEVICE_GONE,
 * ACCELD_PERMISSION_DENIED, ACCELD_IO. */
ACCELD_API int acceld_open_queue(acceld_lease* lease, const char* stage,
                                 int64_t replica, acceld_queue** queue,
                                 acceld_error* error);
/* Ends the binding, and frees the handle. */
ACCELD_API void acceld_close_queue(acceld_queue* queue);
/* Readable when a completion waits. Belongs to the queue. */
ACCELD_API int acceld_queue_fd(const acceld_queue* queue);

/* Starts one operation. The memory must stay valid until its completion came.
 * Errors: ACCELD_BUSY (the queue is full: wait first), ACCELD_DEVICE_GONE,
 * ACCELD_IO. */
ACCELD_API int acceld_submit(acceld_queue* queue, const acceld_work* work,
                             acceld_error* error);
/* Waits for the next completion, in the order of submission. An operation that
 * failed is no error here: see `status`. Errors: ACCELD_DEVICE_GONE,
 * ACCELD_CORRUPT_INPUT, ACCELD_IO. */
ACCELD_API int acceld_wait(acceld_queue* queue, acceld_completion* completion,
                           acceld_error* error);

/* Maps the buffer of the request's link number `link`. Errors:
 * ACCELD_NOT_FOUND (it has none), ACCELD_CORRUPT_INPUT, ACCELD_IO. */
ACCELD_API int acceld_map_buffer(acceld_lease* lease, int64_t link,
                                 acceld_buffer** buffer, acceld_error* error);
ACCELD_API void* acceld_buffer_address(const acceld_buffer* buffer);
ACCELD_API size_t acceld_buffer_size(const acceld_buffer* buffer);
ACCELD_API void acceld_unmap_buffer(acceld_buffer* buffer);

/* Takes the VFIO device of a stage, to be driven by this process itself; once a
 * stage and replica. Errors: ACCELD_NOT_FOUND, ACCELD_UNSUPPORTED (no VFIO
 * device), ACCELD_BUSY (taken before), ACCELD_CORRUPT_INPUT, ACCELD_IO. */
ACCELD_API int acceld_open_vfio(acceld_lease* lease, const char* stage,
                                int64_t replica, acceld_vfio** device,
                                acceld_error* error);
/* Unmaps all that it can reach, closes it, and frees the handle. */
ACCELD_API void acceld_close_vfio(acceld_vfio* device);
/* Its VFIO descriptor: regions, interrupts, reset (<linux/vfio.h>). Belongs to
 * the handle. */
ACCELD_API int acceld_vfio_fd(const acceld_vfio* device);

typedef struct acceld_vfio_options {
  size_t struct_size;
  int device_reads;  /* whether the device may read the memory */
  int device_writes; /* and write it */
  uint64_t highest;  /* the highest address that the device can form */
} acceld_vfio_options;
#define ACCELD_VFIO_OPTIONS_INIT \
  { sizeof(acceld_vfio_options), 1, 1, UINT64_MAX }

/* Lets the device reach `size` bytes at `memory` (a link buffer's, or any of
 * this process), which must stay mapped here until acceld_vfio_unmap. Whole
 * pages: what else is in the first and the last one is reached too.
 * `device_address` is what the device is to be told: the same address as here,
 * where the IOMMU and `highest` allow it. `options` may be NULL.
 * Errors: ACCELD_NO_MEMORY (also: more than RLIMIT_MEMLOCK), ACCELD_UNSUPPORTED
 * (no address that the device can form is free), ACCELD_PERMISSION_DENIED
 * (read-only memory), ACCELD_IO. */
ACCELD_API int acceld_vfio_map(acceld_vfio* device, void* memory, size_t size,
                               const acceld_vfio_options* options,
                               uint64_t* device_address, acceld_error* error);
/* What was mapped at `device_address`. Errors: ACCELD_NOT_FOUND. */
ACCELD_API int acceld_vfio_unmap(acceld_vfio* device, uint64_t device_address,
                                 acceld_error* error);

#ifdef __cplusplus
}
#endif

#endif /* ACCELD_H_ */
