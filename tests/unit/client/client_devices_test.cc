// Lease: the devices that a client opens itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/document.h"
#include "base/result.h"
#include "client/client.h"
#include "tests/support/fake_acceld.h"
#include "tests/unit/client/served_client.h"

namespace acceld::client {
namespace {

using testing::FakeAcceld;
using testing::kFakeLease;
using Object = Document::Object;

class ClientDevices : public ServedClient {};

api::Grant TicketGrant(std::string stage, const char* path) {
  api::Grant grant;
  grant.stage = std::move(stage);
  grant.kind = "ticket";
  grant.device = "accelerator:" + grant.stage;
  grant.function = "copy";
  grant.details = Object{{"framework", "idxd"}, {"number", "1:3"}};
  grant.fd.Reset(::open(path, O_PATH | O_CLOEXEC));
  return grant;
}

TEST_F(ClientDevices, OpenDevice_OpensATicketAsOftenAsWanted_AndReportsIt) {
  Serve({.grant = [](int session) {
    std::vector<api::Grant> grants;
    grants.push_back(TicketGrant("pack", "/dev/null"));
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto reports = acceld_->NextBound();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  const auto device = lease->OpenDevice("pack");
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_EQ(::write(device->get(), "x", 1), 1);
  const auto report = reports.get();
  EXPECT_EQ(report.stage, "pack");
  EXPECT_EQ(*report.result.Find("ok"), Document(true));
  EXPECT_TRUE(lease->OpenDevice("pack"));
  EXPECT_TRUE(lease->StartQueue("pack", 0, device->get()));
  EXPECT_EQ(lease->OpenDevice("other").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(lease->OpenDevice("pack", 1).error().code, ErrorCode::kNotFound);
}

TEST_F(ClientDevices, OpenAll_OneThatFails_DoesNotKeepTheOthersClosed) {
  Serve({.grant = [](int session) {
    std::vector<api::Grant> grants;
    grants.push_back(TicketGrant("bad", "/"));  // EISDIR
    grants.push_back(TicketGrant("good", "/dev/null"));
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto reports = acceld_->NextBound();
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  const auto opened = lease->OpenAll();
  ASSERT_EQ(opened.size(), 2U);
  EXPECT_EQ(opened[0].stage, "bad");
  ASSERT_FALSE(opened[0].device);
  EXPECT_EQ(opened[0].device.error().sys_errno, EISDIR);
  EXPECT_TRUE(opened[1].device);
  const auto report = reports.get();
  EXPECT_EQ(report.stage, "bad");
  EXPECT_EQ(*report.result.Find("errno"), Document(EISDIR));
}

TEST_F(ClientDevices, OpenDevice_OfAnOpenDescriptor_IsACopy) {
  Serve({.grant = [](int session) {
    std::vector<api::Grant> grants;
    grants.push_back(TicketGrant("draw", "/dev/null"));
    grants.back().kind = "fd";
    grants.back().fd.Reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }});
  auto client = Connect();
  ASSERT_TRUE(client);
  auto lease = client->Acquire(Pipeline());
  ASSERT_TRUE(lease);
  const auto device = lease->OpenDevice("draw");
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_NE(device->get(), lease->Find("draw")->fd.get());
  EXPECT_EQ(::write(device->get(), "x", 1), 1);
  EXPECT_TRUE(lease->OpenAll().empty());
}

}  // namespace
}  // namespace acceld::client
