// The session socket: what the daemon sends the client on it. One
// SOCK_SEQPACKET message is one JSON object, with descriptors as SCM_RIGHTS.
// docs/session-socket.md is the manual.
//
//   {"type":"grants","lease":"/org/acceld1/lease/1f..","last":true,"grants":[
//     {"stage":"pack","replica":0,"kind":"soft","device":"accelerator:soft0-deflate",
//      "function":"compress/deflate","fd":0},
//     {"stage":"pack","replica":0,"kind":"buffer","link":0,"device":"memory:0",
//      "size":1048576,"fd":1}]}
//   {"type":"revoked","reason":"..."}
//
// "fd" is the index of the descriptor in this message. At most 16 descriptors
// a message; a lease with more sends several, the last with "last": true.
// A "buffer" grant is a memfd, sealed against resizing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::api {

inline constexpr std::size_t kMaxFdsPerMessage = 16;
inline constexpr std::size_t kMaxSessionMessageBytes = 65536;

struct Grant {
  std::string stage;  // of a buffer: the stage that the link comes from
  std::int64_t replica = 0;
  std::string kind;  // "fd", "ticket", "path", "soft", "buffer"
  // What a descriptor of a device is: "" the device itself (or its ticket);
  // "group", "container", "iommufd": what VFIO needs beside it.
  std::string role;
  std::string device;      // key; of a buffer: the memory target
  std::string function;    // of a buffer: ""
  std::int64_t link = -1;  // of a buffer: index into the request's links
  std::int64_t size = 0;   // of a buffer: bytes
  // What a client needs to know to use the descriptor: an object, or null
  // where there is nothing to say. docs/session-socket.md lists its members.
  Document details;
  UniqueFd fd;
};

struct SessionMessage {
  enum class Type { kGrants, kRevoked };
  Type type{};
  std::string lease;
  bool last = true;
  std::vector<Grant> grants;
  std::string reason;  // kRevoked
};

// Sends without blocking and without SIGPIPE; splits by kMaxFdsPerMessage.
// Without grants it sends one message that says so. Where it fails, the
// messages before the one that failed have been sent.
// Errors: kBusy (the peer does not read), kDeviceGone (the peer is closed),
// kInvalidArgument (a grant without a descriptor or with texts beyond
// kMaxSessionMessageBytes), kIo.
[[nodiscard]] Status SendGrants(int socket, const std::string& lease,
                                const std::vector<Grant>& grants);
[[nodiscard]] Status SendRevoked(int socket, const std::string& lease,
                                 const std::string& reason);

// Receives one message; blocks as the socket does. Every descriptor is
// close-on-exec and owned; where it fails, all that came are closed. Keys that
// it does not know are passed over, so that a later daemon may say more.
// Errors: kUnavailable (closed), kDeadline (nothing came; the socket does not
// block or has a receive timeout), kCorruptInput, kIo.
[[nodiscard]] Result<SessionMessage> ReceiveSessionMessage(int socket);

}  // namespace acceld::api
