// Tickets: devices that bind whoever opens them, opened by the client. Once on
// the kernel's own uacce, once on an accelerator that is a process and works in
// the memory of the process that opened it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/unique_fd.h"
#include "tests/vm/cases/copy_queue.h"
#include "tests/vm/cases/cuse_device.h"
#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

// A lease of the device with this node, and its ticket.
struct Held {
  client::Lease lease;
  const api::Grant* ticket = nullptr;
};

Result<Held> TakeTicket(const std::string& node) {
  auto lease = Acquire(OneStage("copy", "node", node));
  if (!lease) return Fail(std::move(lease.error()));
  Held held{*std::move(lease), nullptr};
  held.ticket = held.lease.Find("work");
  if (held.ticket == nullptr || held.ticket->kind != "ticket") {
    return Fail(ErrorCode::kInternal, "no ticket was granted");
  }
  return held;
}

// Opens it as any process that got the ticket can: an errno, 0 where it did.
int TryOpen(int ticket) {
  const std::string path = "/proc/self/fd/" + std::to_string(ticket);
  const UniqueFd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  return device.valid() ? 0 : errno;
}

// The whole way of a client: acquire, open through libacceld, start, copy.
std::string UseTicket(const std::string& node) {
  if (TryOpen(UniqueFd(::open(node.c_str(), O_PATH | O_CLOEXEC)).get()) == 0) {
    return "the user may open " + node + " without a lease";
  }
  auto held = TakeTicket(node);
  if (!held) return Why(held);
  auto device = held->lease.OpenDevice("work");
  if (!device) return "open: " + Why(device);
  const Status started = held->lease.StartQueue("work", 0, device->get());
  if (!started) return "start: " + started.error().message;
  return CheckQueue(device->get());
}

// As a library that knows nothing but the device's usual path.
std::string UsePath(const std::string& node) {
  auto lease = Acquire(OneStage("copy", "node", node, R"(, "grant": "path")"));
  if (!lease) return Why(lease);
  UniqueFd device(::open(node.c_str(), O_RDWR | O_CLOEXEC));
  if (!device.valid()) return node + ": " + std::strerror(errno);
  const Status started = lease->StartQueue("work", 0, device.get());
  if (!started) return "start: " + started.error().message;
  std::string why = CheckQueue(device.get());
  device.Reset();
  (void)lease->Release();
  if (!why.empty()) return why;
  const UniqueFd after(::open(node.c_str(), O_RDWR | O_CLOEXEC));
  return after.valid() ? "the path opens after the release" : "";
}

// What TakeTicket() got stays held while the case does something, then it is
// tried again.
std::string HoldTicket(const std::string& node, Peer& peer) {
  auto held = TakeTicket(node);
  if (!held) return Why(held);
  auto device = held->lease.OpenDevice("work");
  if (!device) return "open: " + Why(device);
  peer.Send("ticket", held->ticket->fd.get());
  if (peer.Hear() != "release") return "it was not told to release";
  const UniqueFd ticket(::dup(held->ticket->fd.get()));
  (void)held->lease.Release();
  const int after = TryOpen(ticket.get());
  peer.Send(after == 0 ? "alive" : "dead");
  if (peer.Hear() != "close") return "it was not told to close";
  return {};
}

class Ticket : public ::testing::Test {
 protected:
  void SetUp() override {
    if (UacceDevices().empty()) {
      GTEST_SKIP() << "no uacce driver was built for this guest's kernel";
    }
    uacce_ = UsableUacce();
  }
  UacceDevice uacce_;
};

TEST_F(Ticket, Uacce_OpenedInTheClient_IsBoundToItAndCopiesItsMemory) {
  const Daemon daemon;
  EXPECT_EQ(AsUser(kUser, [this](Peer&) { return UseTicket(uacce_.node); }),
            "");
}

TEST_F(Ticket, Cuse_OpenedInTheClient_ServesTheClientAndNobodyElse) {
  const CuseDevice cuse(uacce_.address);
  const Daemon daemon;
  UserProcess user(kUser, [&](Peer&) { return UseTicket(cuse.node()); });
  const pid_t client = user.pid();
  EXPECT_EQ(user.Outcome(), "");
  EXPECT_TRUE(cuse.WasOpenedBy(client)) << cuse.log();
  EXPECT_FALSE(cuse.WasOpenedBy(daemon.pid())) << cuse.log();
}

TEST_F(Ticket, InTheHandsOfAnotherUser_OpensNothing) {
  const Daemon daemon;
  UserProcess user(kUser, [this](Peer& peer) -> std::string {
    auto held = TakeTicket(uacce_.node);
    if (!held) return Why(held);
    peer.Send("ticket", held->ticket->fd.get());
    return peer.Hear() == "done" ? "" : "it was not told that it is done";
  });
  const Note ticket = user.peer().Receive();
  ASSERT_TRUE(ticket.fd.valid()) << ticket.text;
  EXPECT_EQ(AsUser(kOtherUser,
                   [&](Peer&) -> std::string {
                     const int error = TryOpen(ticket.fd.get());
                     return error == EACCES ? "" : std::strerror(error);
                   }),
            "");
  user.peer().Send("done");
  EXPECT_EQ(user.Outcome(), "");
}

TEST_F(Ticket, AfterRelease_IsDead) {
  const Daemon daemon;
  UserProcess user(
      kUser, [this](Peer& peer) { return HoldTicket(uacce_.node, peer); });
  const Note ticket = user.peer().Receive();
  ASSERT_TRUE(ticket.fd.valid()) << ticket.text;
  user.peer().Send("release");
  EXPECT_EQ(user.peer().Hear(), "dead");
  user.peer().Send("close");
  EXPECT_EQ(user.Outcome(), "");
}

TEST_F(Ticket, AtItsPathInAContainersMounts_OpensForTheClientAlone) {
  const Daemon daemon;
  UserProcess user(
      kUser, [this](Peer&) { return UsePath(uacce_.node); },
      UserProcess::Mounts::kOwn);
  EXPECT_EQ(user.Outcome(), "") << daemon.log();
}

// The mounts of the machine are everybody's.
TEST_F(Ticket, AtItsPathInTheMachinesMounts_IsRefused) {
  const Daemon daemon;
  EXPECT_NE(AsUser(kUser, [this](Peer&) { return UsePath(uacce_.node); }), "");
}

// What is still open is known, with who has it, and is nobody else's.
TEST_F(Ticket, StillOpenAfterRelease_IsInQuarantine_AndNotLeasedAgain) {
  const Daemon daemon;
  UserProcess user(
      kUser, [this](Peer& peer) { return HoldTicket(uacce_.node, peer); });
  ASSERT_TRUE(user.peer().Receive().fd.valid());
  user.peer().Send("release");
  EXPECT_EQ(user.peer().Hear(), "dead");
  EXPECT_TRUE(QuarantineHasHolder(user.pid())) << daemon.log();
  const std::string alone =
      OneStage("copy", "node", uacce_.node, R"(, "sharing": "exclusive")");
  EXPECT_NE(AsUser(kOtherUser, [&](Peer&) { return Why(Acquire(alone)); }), "");
  const pid_t holder = user.pid();
  user.peer().Send("close");
  EXPECT_EQ(user.Outcome(), "");
  EXPECT_TRUE(QuarantineHasNoHolder(holder)) << daemon.log();
  EXPECT_TRUE(daemon.Says("event=lease_freed")) << daemon.log();
  EXPECT_EQ(AsUser(kOtherUser, [&](Peer&) { return Why(Acquire(alone)); }), "");
}

}  // namespace
}  // namespace acceld::vm
