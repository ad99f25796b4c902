#include "client/client.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/fake_acceld.h"
#include "tests/unit/client/served_client.h"

namespace acceld::client {
namespace {

using testing::FakeAcceld;
using testing::kFakeLease;
using Object = Document::Object;

class ClientTest : public ServedClient {};

api::Grant SoftGrant(std::string stage, UniqueFd fd) {
  api::Grant grant;
  grant.stage = std::move(stage);
  grant.kind = "soft";
  grant.device = "accelerator:soft0";
  grant.function = "copy";
  grant.fd = std::move(fd);
  return grant;
}

api::Grant BufferGrant(std::int64_t size) {
  api::Grant grant;
  grant.stage = "a";
  grant.kind = "buffer";
  grant.device = "memory:0";
  grant.link = 2;
  grant.size = size;
  grant.fd = UniqueFd(::memfd_create("buffer", MFD_CLOEXEC));
  EXPECT_EQ(::ftruncate(grant.fd.get(), 4096), 0);
  return grant;
}

std::pair<UniqueFd, UniqueFd> QueuePair() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool WaitForHangup(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, 30000) == 1 && (polled.revents & POLLHUP) != 0;
}

TEST(ConnectTest, NoBus_IsUnavailable) {
  for (const char* bus : {"unix:path=/nonexistent/bus", "garbage", ""}) {
    const auto client = Client::Connect({bus});
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, ErrorCode::kUnavailable) << bus;
  }
}

TEST_F(ClientTest, Connect_NoService_IsUnavailable) {
  const auto client = Connect();
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kUnavailable);
}

TEST_F(ClientTest, Calls_ThatSucceed_ReturnWhatTheServiceSaid) {
  Serve();
  auto client = Connect();
  ASSERT_TRUE(client) << client.error().message;
  const Document pipeline = Object{{"deadline", "50ms"}, {"stages", 3}};
  EXPECT_EQ(client->Plan(pipeline), pipeline);
  EXPECT_EQ(client->Describe(Object{}), R"({"vertices":[]})");
  EXPECT_EQ(client->Distance("numa:0", "numa:1"),
            (Document(Object{{"path", Document::Array{"numa:0", "numa:1"}}})));
  EXPECT_EQ(client->ListLeases(),
            (Document(Document::Array{
                Object{{"lease", kFakeLease}, {"owner", 1001}}})));
  EXPECT_EQ(client->Rescan(), 43U);
  EXPECT_EQ(client->Property("Generation"), Document(42));
  EXPECT_EQ(client->Property("Mode"), Document("live"));
}

TEST_F(ClientTest, Errors_OfTheService_KeepCodeAndMessage) {
  Serve({.place = [](const Document& pipeline) -> Document {
    throw sdbus::Error(*pipeline.Find("error")->AsString(), "why: /x/y");
  }});
  auto client = Connect();
  ASSERT_TRUE(client);
  const std::vector<std::pair<std::string, ErrorCode>> cases{
      {"org.acceld1.Error.Unsatisfiable", ErrorCode::kUnsatisfiable},
      {"org.acceld1.Error.Denied", ErrorCode::kPermissionDenied},
      {"org.acceld1.Error.Timeout", ErrorCode::kDeadline},
      {"org.acceld1.Error.QuotaExceeded", ErrorCode::kQuotaExceeded},
      {"org.freedesktop.DBus.Error.AccessDenied", ErrorCode::kPermissionDenied},
  };
  for (const auto& [name, code] : cases) {
    const auto plan = client->Plan(Object{{"error", name}});
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, code) << name;
    EXPECT_EQ(plan.error().message, "why: /x/y");
  }
  EXPECT_EQ(client->ReloadPolicy().error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ClientTest, WhatCannotBeAsked_IsInvalid_BeforeAnythingIsSent) {
  Serve();
  auto client = Connect();
  ASSERT_TRUE(client);
  EXPECT_EQ(client->Plan(Document::Array{}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(client->Acquire(Document()).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(client->Release("no path").error().code,
            ErrorCode::kInvalidArgument);
  Document deep = Object{};
  for (int i = 0; i < 200; ++i) deep = Object{{"d", std::move(deep)}};
  EXPECT_EQ(client->Plan(deep).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(client->Property("NoSuch").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(client->Release("/org/acceld1/lease/ffff").error().code,
            ErrorCode::kNotFound);
}

TEST_F(ClientTest, Acquire_GrantsInSeveralMessages_AreAllThere) {
  Serve({.grant = [](int session) {
    std::vector<api::Grant> grants;
    for (int i = 0; i < 20; ++i) {
      grants.push_back(SoftGrant("s" + std::to_string(i),
                                 UniqueFd(::memfd_create("m", MFD_CLOEXEC))));
    }
    grants.push_back(BufferGrant(4096));
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto client = Connect();
  ASSERT_TRUE(client);
  const auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(lease->path(), kFakeLease);
  EXPECT_EQ(lease->placement(), Pipeline());
  EXPECT_EQ(lease->grants().size(), 21U);
  ASSERT_NE(lease->Find("s19"), nullptr);
  EXPECT_EQ(lease->Find("s19", 1), nullptr);
  ASSERT_NE(lease->FindBuffer(2), nullptr);
  EXPECT_EQ(lease->FindBuffer(0), nullptr);
  const auto buffer = lease->MapBuffer(2);
  ASSERT_TRUE(buffer);
  EXPECT_EQ(buffer->bytes().size(), 4096U);
  EXPECT_EQ(lease->MapBuffer(0).error().code, ErrorCode::kNotFound);
}

TEST_F(ClientTest, Lease_Destroyed_ClosesTheSessionSocket) {
  Serve({.grant = [](int session) {
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, {}));
  }});
  auto sessions = acceld_->NextSession();
  auto client = Connect();
  ASSERT_TRUE(client);
  std::optional<Lease> lease;
  {
    auto got = client->Acquire(Pipeline());
    ASSERT_TRUE(got) << got.error().message;
    lease = *std::move(got);
  }
  const UniqueFd session = sessions.get();
  pollfd polled{session.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&polled, 1, 0), 0);  // the lease stands
  lease.reset();
  EXPECT_TRUE(WaitForHangup(session.get()));
}

TEST_F(ClientTest, Release_CallsTheLease_ThenClosesTheSessionSocket) {
  Serve({.grant = [](int session) {
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, {}));
  }});
  auto sessions = acceld_->NextSession();
  auto released = acceld_->NextRelease();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  EXPECT_TRUE(lease->Release());
  released.get();
  EXPECT_TRUE(WaitForHangup(sessions.get().get()));
}

TEST_F(ClientTest, Revocation_IsNewsOnTheLease_AndSoIsTheEnd) {
  Serve({.grant = [](int session) {
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, {}));
    ASSERT_TRUE(api::SendRevoked(session, kFakeLease, "unplugged"));
  }});
  auto sessions = acceld_->NextSession();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news);
  EXPECT_EQ(news->reason, "unplugged");
  sessions.get().Reset();
  acceld_.reset();
  EXPECT_EQ(lease->WaitForNews().error().code, ErrorCode::kUnavailable);
}

TEST_F(ClientTest, OpenQueue_BindsOnce_AndReportsIt) {
  auto [worker, queue] = QueuePair();
  // The worker's answer to the bind waits in the socket.
  const api::soft::Completion bound;
  ASSERT_EQ(::send(worker.get(), &bound, sizeof bound, 0),
            static_cast<ssize_t>(sizeof bound));
  Serve({.grant = [&queue = queue](int session) {
    std::vector<api::Grant> grants;
    grants.push_back(SoftGrant("pack", std::move(queue)));
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto reports = acceld_->NextBound();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  EXPECT_TRUE(lease->OpenQueue("pack"));
  const auto report = reports.get();
  EXPECT_EQ(report.stage, "pack");
  EXPECT_EQ(*report.result.Find("ok"), Document(true));
  EXPECT_EQ(lease->OpenQueue("pack").error().code, ErrorCode::kBusy);
  EXPECT_EQ(lease->OpenQueue("other").error().code, ErrorCode::kNotFound);
}

TEST_F(ClientTest, OpenQueue_WorkerGone_IsReportedToo) {
  auto [worker, queue] = QueuePair();
  worker.Reset();
  Serve({.grant = [&queue = queue](int session) {
    std::vector<api::Grant> grants;
    grants.push_back(SoftGrant("pack", std::move(queue)));
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto reports = acceld_->NextBound();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->OpenQueue("pack").error().code, ErrorCode::kDeviceGone);
  EXPECT_EQ(*reports.get().result.Find("ok"), Document(false));
}

TEST_F(ClientTest, OpenVfio_TakesWhatIsVfiosAndNothingElse) {
  Serve({.grant = [](int session) {
    std::vector<api::Grant> grants;
    for (const char* role : {"", "container", "plain"}) {
      api::Grant& grant = grants.emplace_back(
          SoftGrant("read", UniqueFd(::memfd_create("fd", MFD_CLOEXEC))));
      grant.kind = "fd";
      grant.role = role;
      grant.details = Object{{"framework", "vfio"}};
    }
    grants.back().stage = "draw";
    grants.back().role = "";
    grants.back().details = Document();
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->OpenVfio("other").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(lease->OpenVfio("draw").error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(lease->Find("draw")->fd.valid());
  // No container of VFIO: the kernel refuses what it is asked.
  EXPECT_EQ(lease->OpenVfio("read").error().code, ErrorCode::kIo);
  EXPECT_EQ(lease->OpenVfio("read").error().code, ErrorCode::kBusy);
}

TEST_F(ClientTest, Acquire_ServiceVanishesDuringTheCall_IsUnavailable) {
  Serve({.hang = true});
  auto sessions = acceld_->NextSession();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto acquired = std::async(std::launch::async, [&] {
    const auto lease = client->Acquire(Pipeline());
    return lease ? std::optional<ErrorCode>() : lease.error().code;
  });
  (void)sessions.get();
  acceld_.reset();
  EXPECT_EQ(acquired.get(), ErrorCode::kUnavailable);
}

TEST_F(ClientTest, Acquire_SessionClosedWithoutGrants_IsUnavailable) {
  Serve({.grant = [](int session) { ::shutdown(session, SHUT_RDWR); }});
  auto client = Connect();
  ASSERT_TRUE(client);
  EXPECT_EQ(client->Acquire(Pipeline()).error().code, ErrorCode::kUnavailable);
}

TEST_F(ClientTest, Client_AfterTheServiceRestarted_GoesOn) {
  Serve();
  auto client = Connect();
  ASSERT_TRUE(client);
  acceld_.reset();
  EXPECT_EQ(client->Rescan().error().code, ErrorCode::kUnavailable);
  Serve();
  EXPECT_TRUE(client->Rescan());
}

TEST_F(ClientTest, Client_AfterTheBusEnded_IsUnavailable_WithoutACrash) {
  Serve();
  auto client = Connect();
  ASSERT_TRUE(client);
  acceld_.reset();
  bus_->Stop();
  EXPECT_EQ(client->Rescan().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(client->Rescan().error().code, ErrorCode::kUnavailable);
}

TEST_F(ClientTest, Client_FromSeveralThreads_MixesNothingUp) {
  Serve();
  auto client = Connect();
  ASSERT_TRUE(client);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&client, thread] {
      for (int i = 0; i < 25; ++i) {
        const Document mine = Object{{"n", thread * 1000 + i}};
        EXPECT_EQ(client->Plan(mine), mine);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(MappedBufferTest, GrantThatLies_IsRefused) {
  EXPECT_TRUE(MappedBuffer::Map(BufferGrant(4096)));
  EXPECT_EQ(MappedBuffer::Map(BufferGrant(4097)).error().code,
            ErrorCode::kCorruptInput);
  EXPECT_EQ(MappedBuffer::Map(BufferGrant(0)).error().code,
            ErrorCode::kCorruptInput);
  EXPECT_EQ(MappedBuffer::Map(SoftGrant("a", UniqueFd())).error().code,
            ErrorCode::kUnsupported);
}

TEST(MappedBufferTest, TwoMappings_ShareTheMemory) {
  const api::Grant grant = BufferGrant(4096);
  const auto one = MappedBuffer::Map(grant);
  auto other = MappedBuffer::Map(grant);
  ASSERT_TRUE(one && other);
  other->bytes()[4095] = std::byte{0x5a};
  const MappedBuffer moved = *std::move(other);
  EXPECT_EQ(one->bytes()[4095], std::byte{0x5a});
}

}  // namespace
}  // namespace acceld::client
