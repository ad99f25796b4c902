#include "client/ticket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/document.h"
#include "base/unique_fd.h"

namespace acceld::client {
namespace {

api::Grant Ticket(const std::string& stage, std::optional<std::int64_t> width,
                  const std::string& path = "/dev/null") {
  api::Grant grant;
  grant.stage = stage;
  grant.kind = "ticket";
  grant.device = "accelerator:" + stage;
  Document::Object details{{"framework", "uacce"}, {"number", "1:3"}};
  if (width) details.emplace_back("pasid_width", *width);
  grant.details = std::move(details);
  grant.fd.Reset(::open(path.c_str(), O_PATH | O_CLOEXEC));
  return grant;
}

TEST(OpenTicket, Device_IsOpenedReadWriteAndCloseOnExec) {
  const auto device = OpenTicket(Ticket("a", 16));
  ASSERT_TRUE(device.has_value()) << device.error().message;
  struct stat status {};
  ASSERT_EQ(::fstat(device->get(), &status), 0);
  EXPECT_EQ(status.st_rdev, makedev(1, 3));
  EXPECT_EQ(::fcntl(device->get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(device->get(), F_GETFL) & (O_ACCMODE | O_PATH), O_RDWR);
}

TEST(OpenTicket, DriverIsNotThere_IsGone) {
  (void)::setsid();  // /dev/tty is not there for a process without a terminal
  const auto device = OpenTicket(Ticket("a", 16, "/dev/tty"));
  ASSERT_FALSE(device.has_value());
  EXPECT_EQ(device.error().code, ErrorCode::kDeviceGone);
  EXPECT_EQ(device.error().sys_errno, ENXIO);
}

TEST(OpenTicket, NoDescriptor_IsAFault) {
  api::Grant grant = Ticket("a", 16);
  grant.fd.Reset();
  EXPECT_FALSE(OpenTicket(grant).has_value());
}

TEST(OpeningOrder, NarrowestPasidFirst_UnknownLast_OthersLeftOut) {
  std::vector<api::Grant> grants;
  grants.push_back(Ticket("none", std::nullopt));
  grants.push_back(Ticket("wide", 20));
  grants.push_back(Ticket("soft", 1));
  grants.back().kind = "soft";
  grants.push_back(Ticket("narrow", 8));
  grants.push_back(Ticket("also-wide", 20));
  grants.back().kind = "path";
  EXPECT_EQ(OpeningOrder(grants), (std::vector<std::size_t>{3, 1, 4, 0}));
}

TEST(OpeningOrder, GrantWithoutDetails_IsTakenForOneWithoutPasid) {
  std::vector<api::Grant> grants;
  grants.push_back(Ticket("bare", 8));
  grants.back().details = Document();
  grants.push_back(Ticket("narrow", 8));
  EXPECT_EQ(OpeningOrder(grants), (std::vector<std::size_t>{1, 0}));
}

TEST(StartQueue, OnlyUacce_IsAsked) {
  api::Grant grant = Ticket("a", 16);
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto started = StartQueue(grant, null.get());
  ASSERT_FALSE(started.has_value());  // /dev/null knows no such command
  EXPECT_EQ(started.error().sys_errno, ENOTTY);
  grant.details = Document::Object{{"framework", "idxd"}};
  EXPECT_TRUE(StartQueue(grant, null.get()).has_value());
}

}  // namespace
}  // namespace acceld::client
