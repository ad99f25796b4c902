// Leases with sockets of their own: who comes gets the grants and keeps the
// lease.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "daemon/broker.h"
#include "daemon/lease/unread_grants.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/fake_binder.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;

class BrokerVisitors : public ServingBroker {
 protected:
  void ServeWithSockets(GrantMode mode = GrantMode::kStandIn) {
    socket_directory_ = directory_.At("leases");
    Serve(mode);
  }
  Result<Broker::Acquired> Ask(SessionPair& pair) {
    Broker::AcquireRequest request;
    request.pipeline = *ParseJson(kCopy);
    request.session = std::move(pair.daemon);
    request.keep = true;
    request.by_socket = true;
    std::optional<Result<Broker::Acquired>> answer;
    broker_->Acquire(
        me_, std::move(request),
        [&](Result<Broker::Acquired> given) { answer = std::move(given); });
    RunUntil([&] { return answer.has_value(); });
    return *std::move(answer);
  }
  LeaseId LendBySocket(SessionPair& pair) {
    const auto acquired = Ask(pair);
    EXPECT_TRUE(acquired) << acquired.error().message;
    return acquired ? acquired->lease : LeaseId();
  }
  [[nodiscard]] std::string PathOf(const LeaseId& id) {
    const Lease* lease = broker_->Find(me_, id);
    return lease == nullptr ? std::string() : lease->socket->path();
  }
  std::size_t VisitorsOf(const LeaseId& id) {
    const Lease* lease = broker_->Find(me_, id);
    return lease == nullptr ? 0 : lease->visitors.size();
  }
  // A visitor that acceld has heard of.
  UniqueFd Visit(const LeaseId& id) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    const std::string path = PathOf(id);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const std::size_t before = VisitorsOf(id);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                        sizeof address),
              0);
    RunUntil([&] { return VisitorsOf(id) == before + 1; });
    return fd;
  }

  // Who may come is judged by the kernel: this process is the owner.
  const Asker me_{{::geteuid(), {::getegid()}}, ":1.7", 7};
  // The address of a socket is short.
  acceld::testing::TempDir directory_{"/tmp"};
};

TEST_F(BrokerVisitors, First_GetsTheGrantsAndTheNextNone) {
  ServeWithSockets();
  SessionPair session;
  const LeaseId id = LendBySocket(session);
  const UniqueFd first = Visit(id);
  const auto grants = api::ReceiveSessionMessage(first.get());
  ASSERT_TRUE(grants) << grants.error().message;
  EXPECT_EQ(grants->lease, LeasePath(id));
  ASSERT_EQ(grants->grants.size(), 1U);
  EXPECT_EQ(grants->grants[0].stage, "move");
  EXPECT_EQ(broker_->Find(me_, id)->state, LeaseState::kActive);
  const UniqueFd second = Visit(id);
  const auto none = api::ReceiveSessionMessage(second.get());
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_TRUE(none->grants.empty());
}

TEST_F(BrokerVisitors, WhileOneStays_KeepsTheLeaseWithoutItsSession) {
  ServeWithSockets();
  SessionPair session;
  const LeaseId id = LendBySocket(session);
  UniqueFd first = Visit(id);
  UniqueFd second = Visit(id);
  session.client.Reset();
  RunUntil([&] { return broker_->Find(me_, id)->is_session_over; });
  first.Reset();
  RunUntil([&] { return VisitorsOf(id) == 1; });
  EXPECT_TRUE(observer_.ended.empty());
  second.Reset();
  RunUntil([&] { return !observer_.ended.empty(); });
  EXPECT_EQ(observer_.ended[0].state, LeaseState::kReleased);
}

TEST_F(BrokerVisitors, ThatLeave_EndNothingWhileTheSessionIsThere) {
  ServeWithSockets();
  SessionPair session;
  const LeaseId id = LendBySocket(session);
  Visit(id).Reset();
  RunUntil([&] { return VisitorsOf(id) == 0; });
  EXPECT_TRUE(observer_.ended.empty());
  session.client.Reset();
  RunUntil([&] { return !observer_.ended.empty(); });
}

TEST_F(BrokerVisitors, OfALeaseThatIsRevoked_AreTold) {
  ServeWithSockets();
  SessionPair session;
  const LeaseId id = LendBySocket(session);
  const UniqueFd visitor = Visit(id);
  ASSERT_TRUE(api::ReceiveSessionMessage(visitor.get()));  // its grants
  const std::string path = PathOf(id);
  broker_->Revoke(root_user_, id, "maintenance", nullptr);
  const auto news = api::ReceiveSessionMessage(visitor.get());
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_TRUE(news->reason.ends_with("maintenance")) << news->reason;
  EXPECT_NE(::access(path.c_str(), F_OK), 0) << "the socket outlived the lease";
}

// With a device that is bound, and time that the test makes pass.
class BoundVisitors : public BrokerVisitors {
 protected:
  BoundVisitors() {
    binders_.node = &binder_;
    binders_.ticket = &binder_;
    off_loop_instead_ = &off_loop_fake_;
  }
  acceld::testing::FakeBinder binder_;
  acceld::testing::FakeOffLoop off_loop_fake_;
};

TEST_F(BoundVisitors, WhoHasNotReadItsGrants_HoldsTheDevice) {
  ServeWithSockets(GrantMode::kDevices);
  SessionPair session;
  const LeaseId id = LendBySocket(session);
  UniqueFd visitor = Visit(id);
  const UniqueFd other = Visit(id);  // whose message has nothing in it
  broker_->Release(me_, id, [](const Status&) {});
  off_loop_fake_.Deliver();
  const auto stays = broker_->quarantine().Stays();
  ASSERT_EQ(stays.size(), 1U);
  ASSERT_NE(stays[0].origin.unread, nullptr);
  EXPECT_TRUE(stays[0].origin.unread->any());
  visitor.Reset();
  while (!broker_->quarantine().empty()) off_loop_fake_.Fire();
  EXPECT_EQ(binder_.held, 0);
}

TEST_F(BrokerVisitors, WithoutADirectoryForSockets_AreUnsupported) {
  Serve();
  SessionPair session;
  const auto acquired = Ask(session);
  ASSERT_FALSE(acquired);
  EXPECT_EQ(acquired.error().code, ErrorCode::kUnsupported);
  // Nothing is left of it.
  EXPECT_TRUE(broker_->LeasesOf(root_user_).empty());
  RunUntil([&] { return broker_->InUse("accelerator:soft0-copy") == 0; });
}

}  // namespace
}  // namespace acceld::daemon
