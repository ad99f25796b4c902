#!/usr/bin/python3
"""Asks acceld for a device over plain D-Bus, without libacceld, and runs on it.

Usage: plain_dbus.py [BUS-ADDRESS]        (default: the system bus)

Acquire gives a lease; Take gives its descriptors in the reply. The software
accelerator is then told virtual addresses of this process (docs/soft-queue.md).
"""
import array
import ctypes
import hashlib
import os
import socket
import struct
import sys

import dbus

DIGEST_SHA256 = 5  # api/soft_queue.h, Opcode
DESCRIPTOR = "<IHHQQQQQQQ"  # 64 bytes
COMPLETION = "<IHHQQQQQQQ"
MAGIC, VERSION, BIND = 0x46534341, 1, 1


def submit(queue, opcode, source=0, source_size=0, destination=0,
           destination_size=0, fds=()):
    message = struct.pack(DESCRIPTOR, MAGIC, VERSION, opcode, 1, source,
                          source_size, destination, destination_size, 0, 0)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
    queue.sendmsg([message], rights if fds else [])
    reply = struct.unpack(COMPLETION, queue.recv(64))
    if reply[2] != 0:
        raise OSError("completion status %d" % reply[2])


def main():
    bus = (dbus.bus.BusConnection(sys.argv[1]) if len(sys.argv) > 1
           else dbus.SystemBus())
    manager = dbus.Interface(bus.get_object("org.acceld1", "/org/acceld1"),
                             "org.acceld1.Manager")
    # The lease lives as long as `mine` is open, here or in a child.
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pipeline = {"stages": [{"name": "sum", "function": "digest/sha256"}]}
    path, placement = manager.Acquire(pipeline, dbus.types.UnixFd(theirs),
                                      {"grants": "take"},
                                      signature="a{sv}ha{sv}")
    theirs.close()
    print("lease    ", path)
    print("placement", placement["proof"], "cost", placement["total"])

    lease = dbus.Interface(bus.get_object("org.acceld1", path),
                           "org.acceld1.Lease")
    (stage, fd, details), = lease.Take({}, signature="a{sv}")
    print("grant    ", stage, "on", details["device"])
    queue = socket.socket(fileno=fd.take())
    manager.Acknowledge(details["receipt"])

    memory = os.open("/proc/self/mem", os.O_RDWR | os.O_CLOEXEC)
    submit(queue, BIND, fds=[memory])
    os.close(memory)
    data = ctypes.create_string_buffer(b"shared virtual addresses" * 40000)
    digest = ctypes.create_string_buffer(32)
    submit(queue, DIGEST_SHA256, ctypes.addressof(data), len(data) - 1,
           ctypes.addressof(digest), 32)
    print("sha256   ", digest.raw.hex())
    assert digest.raw == hashlib.sha256(data.raw[:-1]).digest()

    lease.Release()
    print("released")
    mine.close()


if __name__ == "__main__":
    main()
