// What runs in the containers of the cases: a program that has libacceld, and
// does what it is told. It reads requests, a line each, from standard input
// and answers each with a line:
//
//   open STAGE       opens the stage's ticket, starts the queue, copies in this
//                    process's memory: "ok OPENER PASID", as the device says
//   use STAGE NODE   the same by a path
//   driver STAGE     which driver a DRM descriptor is of: "ok NAME"
//   copy             copies once more: "ok"
//   reopen STAGE     opens the ticket once more, and closes it: "ok"
//   try NODE         opens a path, and closes it: "ok"
//   try-own MAJ MIN  makes a node of its own and opens that: "ok"
//   news             waits for what the daemon says of the lease: "ok REASON"
//   connect          comes to the lease's own socket once more: "ok"
//   let-go           closes the queue and lets go of the lease: "ok"
//
// What fails is answered with the name of its errno, or with words.
#include <fcntl.h>
#include <libdrm/drm.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "client/client.h"
#include "tests/vm/cases/copy_queue.h"

namespace acceld::vm {
namespace {

constexpr const char* kOwnNode = "/dev/visitors-own";

std::string ErrnoName() {
  const char* name = ::strerrorname_np(errno);
  return name == nullptr ? std::to_string(errno) : name;
}

UniqueFd Open(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
}

std::string Try(const std::string& path) {
  return Open(path).valid() ? "ok" : ErrnoName();
}

std::string TryOwn(unsigned major, unsigned minor) {
  if (::mknod(kOwnNode, S_IFCHR | 0600, makedev(major, minor)) != 0) {
    return "mknod: " + ErrnoName();
  }
  std::string answer = Try(kOwnNode);
  (void)::unlink(kOwnNode);
  return answer;
}

class Visitor {
 public:
  [[nodiscard]] std::string Answer(const std::string& line);

 private:
  // The lease that came with the container.
  [[nodiscard]] Result<client::Lease*> Lease();
  [[nodiscard]] std::string OpenTicket(const std::string& stage);
  [[nodiscard]] std::string UsePath(const std::string& stage,
                                    const std::string& node);
  [[nodiscard]] std::string Start(const std::string& stage);
  [[nodiscard]] std::string Reopen(const std::string& stage);
  [[nodiscard]] std::string Driver(const std::string& stage);
  [[nodiscard]] std::string News();

  std::optional<client::Lease> lease_;
  UniqueFd queue_;
};

Result<client::Lease*> Visitor::Lease() {
  if (!lease_) {
    ACCELD_TRY(lease_, client::Lease::Inherited());
  }
  return &*lease_;
}

std::string Visitor::Start(const std::string& stage) {
  const Status started = lease_->StartQueue(stage, 0, queue_.get());
  if (!started) return "start: " + started.error().message;
  const std::string trouble = CheckCopies(queue_.get());
  if (!trouble.empty()) return trouble;
  const copy_queue_owner owner = CopyQueue(queue_.get()).Owner();
  return "ok " + std::to_string(owner.pid) + " " + std::to_string(owner.pasid);
}

std::string Visitor::OpenTicket(const std::string& stage) {
  const auto lease = Lease();
  if (!lease) return "lease: " + lease.error().message;
  auto queue = (*lease)->OpenDevice(stage);
  if (!queue) return "open: " + queue.error().message;
  queue_ = *std::move(queue);
  return Start(stage);
}

std::string Visitor::UsePath(const std::string& stage,
                             const std::string& node) {
  const auto lease = Lease();
  if (!lease) return "lease: " + lease.error().message;
  queue_ = Open(node);
  return queue_.valid() ? Start(stage) : ErrnoName();
}

std::string Visitor::Reopen(const std::string& stage) {
  const api::Grant* grant = lease_ ? lease_->Find(stage) : nullptr;
  if (grant == nullptr) return "no such grant";
  return Try("/proc/self/fd/" + std::to_string(grant->fd.get()));
}

std::string Visitor::Driver(const std::string& stage) {
  const auto lease = Lease();
  if (!lease) return "lease: " + lease.error().message;
  const api::Grant* grant = (*lease)->Find(stage);
  if (grant == nullptr || grant->kind != "fd") return "no descriptor";
  std::array<char, 64> name{};
  drm_version version{};
  version.name = name.data();
  version.name_len = name.size() - 1;
  if (::ioctl(grant->fd.get(), DRM_IOCTL_VERSION, &version) != 0) {
    return ErrnoName();
  }
  return std::string("ok ") + name.data();
}

std::string Visitor::News() {
  if (!lease_) return "no lease";
  const auto news = lease_->WaitForNews();
  if (!news) return news.error().message;
  return "ok " + news->reason;
}

std::string Visitor::Answer(const std::string& line) {
  std::istringstream words(line);
  std::string request;
  std::string what;
  std::string node;
  words >> request >> what >> node;
  if (request == "open") return OpenTicket(what);
  if (request == "use") return UsePath(what, node);
  if (request == "driver") return Driver(what);
  if (request == "reopen") return Reopen(what);
  if (request == "try") return Try(what);
  if (request == "try-own") {
    return TryOwn(static_cast<unsigned>(std::atoi(what.c_str())),
                  static_cast<unsigned>(std::atoi(node.c_str())));
  }
  if (request == "news") return News();
  if (request == "copy") {
    const std::string trouble = CheckCopies(queue_.get());
    return trouble.empty() ? "ok" : trouble;
  }
  if (request == "connect") {
    const auto again = client::Lease::Inherited();
    return again ? "ok" : std::string(ErrorCodeName(again.error().code));
  }
  if (request == "let-go") {
    queue_.Reset();
    lease_.reset();
    return "ok";
  }
  return "what is \"" + line + "\"?";
}

}  // namespace
}  // namespace acceld::vm

int main() {
  acceld::vm::Visitor visitor;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << visitor.Answer(line) << std::endl;
  }
}
