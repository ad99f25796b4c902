// UserProcess: what a case does as an unprivileged user, in a process of its
// own that it talks to. A failure there is a text that the case compares with
// "": GoogleTest's own checks do not reach across processes.
//
//   UserProcess user(kUser, [](Peer& peer) -> std::string {
//     const int ticket = peer.Receive().fd.get(); ...
//     if (...) return "cannot open: EACCES";
//     return "";
//   });
//   user.peer().Send("here", ticket);
//   EXPECT_EQ(user.Outcome(), "");
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "base/unique_fd.h"

namespace acceld::vm {

// Who may use every device of the guest (tests/vm/guest/70-vm.json), and
// another user of the same rights.
inline constexpr uid_t kUser = 1000;
inline constexpr uid_t kOtherUser = 1001;

struct Note {
  std::string text;
  UniqueFd fd;  // not valid: none came along
};

// One end of the conversation. Waits 60 s at most, then ends the process that
// waits: under emulation everything is slow, and nothing takes as long.
class Peer {
 public:
  explicit Peer(UniqueFd socket) : socket_(std::move(socket)) {}

  // `fd` is borrowed; -1: none.
  void Send(const std::string& text, int fd = -1) const;
  [[nodiscard]] Note Receive() const;
  // A word of the other's that nothing came along with.
  [[nodiscard]] std::string Hear() const { return Receive().text; }

 private:
  UniqueFd socket_;
};

class UserProcess {
 public:
  // Returns "" or what went wrong.
  using Work = std::function<std::string(Peer&)>;

  // Where it runs: in the case's own mount namespace, or in one of its own, as
  // a container has.
  enum class Mounts { kShared, kOwn };

  // Starts `work` as `user`, without groups and capabilities.
  UserProcess(uid_t user, const Work& work, Mounts mounts = Mounts::kShared);
  // Kills it where Outcome() was not asked.
  ~UserProcess();
  UserProcess(const UserProcess&) = delete;
  UserProcess& operator=(const UserProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] Peer& peer() { return peer_; }
  // Waits for its end: "" where its work was done.
  [[nodiscard]] std::string Outcome();

 private:
  pid_t pid_ = -1;
  Peer peer_;
};

// `work` as `user`, from beginning to end.
[[nodiscard]] std::string AsUser(uid_t user, const UserProcess::Work& work);

}  // namespace acceld::vm
