/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What a process may ask of a queue of the test accelerators, uacce_edu (a
 * kernel module) and cuse_accelerator (a process), beside uacce's own
 * UACCE_CMD_START_Q and UACCE_CMD_PUT_Q (misc/uacce/uacce.h).
 */
#ifndef ACCELD_TESTS_VM_COPY_QUEUE_H_
#define ACCELD_TESTS_VM_COPY_QUEUE_H_

#include <linux/ioctl.h>
#include <linux/types.h>

/* Copies within the address space of the process that opened the queue. */
struct copy_queue_copy {
  __u64 source; /* virtual addresses of the opener */
  __u64 destination;
  __u64 size; /* bytes, at most COPY_QUEUE_MOST */
};

#define COPY_QUEUE_MOST (1 << 20)

/* Whom the queue is bound to. */
struct copy_queue_owner {
  __u32 pid; /* of the process that opened it */
  __u32 uid;
  __u32 pasid; /* 0: the queue shares no address space by PASID */
};

/*
 * COPY_QUEUE_COPY fails with EIO where the device, and EFAULT where software
 * could not reach an address; ESRCH: the opener is gone; EINVAL: the size, or
 * the queue was not started.
 */
#define COPY_QUEUE_COPY _IOW('E', 0x40, struct copy_queue_copy)
#define COPY_QUEUE_OWNER _IOR('E', 0x41, struct copy_queue_owner)

#endif /* ACCELD_TESTS_VM_COPY_QUEUE_H_ */
