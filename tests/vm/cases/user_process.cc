#include "tests/vm/cases/user_process.h"

#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace acceld::vm {
namespace {

constexpr int kPatienceMs = 60000;
constexpr std::size_t kLongest = 65536;

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "user process: %s: %s\n", what, std::strerror(errno));
  std::_Exit(1);
}

std::pair<UniqueFd, UniqueFd> Pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
      0) {
    Die("socketpair");
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void Become(uid_t user) {
  if (::setgroups(0, nullptr) != 0 || ::setresgid(user, user, user) != 0 ||
      ::setresuid(user, user, user) != 0) {
    Die("cannot become the user");
  }
  // As a process that was executed by this user: without it its /proc/self
  // belongs to root.
  ::prctl(PR_SET_DUMPABLE, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void LeaveMounts() {
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    Die("no mount namespace");
  }
}

}  // namespace

void Peer::Send(const std::string& text, int fd) const {
  iovec data{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) < 0) Die("sendmsg");
}

Note Peer::Receive() const {
  pollfd ready{socket_.get(), POLLIN, 0};
  if (::poll(&ready, 1, kPatienceMs) != 1) Die("nothing was said");
  std::string text(kLongest, '\0');
  iovec data{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
  if (size < 0) Die("recvmsg");
  text.resize(static_cast<std::size_t>(size));
  Note note{std::move(text), {}};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    note.fd.Reset(fd);
  }
  return note;
}

UserProcess::UserProcess(uid_t user, const Work& work, Mounts mounts)
    : peer_(UniqueFd()) {
  auto [mine, theirs] = Pair();
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) {
    mine.Reset();
    if (mounts == Mounts::kOwn) LeaveMounts();
    Become(user);
    Peer peer(std::move(theirs));
    const std::string outcome = work(peer);
    // A peer that is gone does not want to know.
    peer.Send("outcome:" + outcome);
    std::_Exit(0);
  }
  peer_ = Peer(std::move(mine));
}

UserProcess::~UserProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string UserProcess::Outcome() {
  constexpr std::string_view kMark = "outcome:";
  std::string said = peer_.Hear();
  const pid_t pid = std::exchange(pid_, -1);
  int status = 0;
  if (::waitpid(pid, &status, 0) < 0) return "it cannot be waited for";
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return "it died with status " + std::to_string(status);
  }
  if (!said.starts_with(kMark)) return "it said \"" + said + "\"";
  return said.substr(kMark.size());
}

std::string AsUser(uid_t user, const UserProcess::Work& work) {
  return UserProcess(user, work).Outcome();
}

}  // namespace acceld::vm
