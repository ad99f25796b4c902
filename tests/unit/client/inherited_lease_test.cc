// Leases that somebody else acquired: by descriptors and by a lease's socket.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/unique_fd.h"
#include "client/client.h"
#include "client/lease_environment.h"
#include "tests/support/session_pair.h"
#include "tests/support/temp_dir.h"

namespace acceld::client {
namespace {

using acceld::testing::SessionPair;
using acceld::testing::TempDir;

constexpr const char* kLease = "/org/acceld1/lease/1f";

api::Grant SomeGrant() {
  api::Grant grant;
  grant.stage = "move";
  grant.replica = 2;
  grant.kind = "fd";
  grant.device = "accelerator:a";
  grant.function = "copy";
  grant.details = Document::Object{{"framework", "drm"}};
  grant.fd = UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  return grant;
}

void ClearEnvironment() {
  for (const char* name : {"ACCELD_LEASE", "ACCELD_SESSION_FD", "ACCELD_GRANTS",
                           "ACCELD_LEASE_SOCKET"}) {
    ::unsetenv(name);
  }
}

class InheritedLease : public ::testing::Test {
 protected:
  void SetUp() override { ClearEnvironment(); }
  void TearDown() override { ClearEnvironment(); }
  static void Set(const char* name, const std::string& value) {
    ASSERT_EQ(::setenv(name, value.c_str(), 1), 0);
  }
  static ErrorCode Fault() {
    const auto lease = Lease::Inherited();
    if (!lease) return lease.error().code;
    ADD_FAILURE() << "a lease";
    return ErrorCode::kInternal;
  }
};

// A daemon's end of a lease's socket, for one visitor.
class Host {
 public:
  explicit Host(std::vector<api::Grant> grants)
      : listener_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path().data(), path().size());
    EXPECT_EQ(
        ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address),
               sizeof address),
        0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    thread_ = std::thread([this, given = std::move(grants)] {
      visitor_.Reset(
          ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      EXPECT_TRUE(api::SendGrants(visitor_.get(), kLease, given));
    });
  }
  ~Host() { thread_.join(); }
  [[nodiscard]] std::string path() const { return directory_.At("1f"); }

 private:
  TempDir directory_{"/tmp"};  // the address of a socket is short
  UniqueFd listener_;
  UniqueFd visitor_;
  std::thread thread_;
};

TEST_F(InheritedLease, ByDescriptors_HasWhatEnvironmentOfSays) {
  SessionPair session;
  std::vector<api::Grant> grants;
  grants.push_back(SomeGrant());
  const LeaseEnvironment given =
      EnvironmentOf(kLease, session.client.get(), grants);
  // As in a child, but at numbers that are free in this process.
  const int base = ::fcntl(session.client.get(), F_DUPFD, 100);
  const int device = ::fcntl(grants[0].fd.get(), F_DUPFD, 101);
  ASSERT_TRUE(base == 100 && device == 101);
  for (const auto& [name, value] : given.variables) Set(name.c_str(), value);
  Set("ACCELD_SESSION_FD", "100");
  Set("ACCELD_GRANTS",
      R"([{"name": "move.2", "stage": "move", "replica": 2, "kind": "fd",
           "device": "accelerator:a", "function": "copy", "later": true,
           "details": {"framework": "drm"}, "fd": 101}])");
  const auto lease = Lease::Inherited();
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(lease->path(), kLease);
  EXPECT_EQ(lease->session_fd(), 100);
  const api::Grant* grant = lease->Find("move", 2);
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(grant->fd.get(), 101);
  EXPECT_EQ(::fcntl(101, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(InheritedLease, BySocket_HasTheGrantsThatWaitedThere) {
  std::vector<api::Grant> grants;
  grants.push_back(SomeGrant());
  Host host(std::move(grants));
  Set("ACCELD_LEASE_SOCKET", host.path());
  auto lease = Lease::Inherited();
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(lease->path(), kLease);
  EXPECT_EQ(lease->socket(), host.path());
  ASSERT_NE(lease->Find("move", 2), nullptr);
  EXPECT_TRUE(lease->OpenDevice("move", 2));  // without a bus to report to
  EXPECT_TRUE(lease->Release());
}

// A container that was started again, say.
TEST_F(InheritedLease, BySocket_WhereSomebodyWasFirst_SaysWhatToDo) {
  Host host({});
  Set("ACCELD_LEASE_SOCKET", host.path());
  auto lease = Lease::Inherited();
  ASSERT_TRUE(lease) << lease.error().message;
  for (const Error& error :
       {lease->OpenQueue("move").error(), lease->OpenDevice("move").error(),
        lease->OpenVfio("move").error()}) {
    EXPECT_EQ(error.code, ErrorCode::kNotFound);
    EXPECT_NE(error.message.find("accelctl run"), std::string::npos)
        << error.message;
  }
}

TEST_F(InheritedLease, OfAProcessThatWasGivenNone_IsNotFound) {
  EXPECT_EQ(Fault(), ErrorCode::kNotFound);
  // The variables went on to a child, the descriptors did not.
  Set("ACCELD_GRANTS", "[]");
  for (const char* number : {"0", "99", "-1", "99999999999"}) {
    Set("ACCELD_SESSION_FD", number);
    EXPECT_EQ(Fault(), ErrorCode::kNotFound) << number;
  }
}

TEST_F(InheritedLease, OfALeaseThatIsOver_IsNotFound) {
  TempDir directory{"/tmp"};
  Set("ACCELD_LEASE_SOCKET", directory.At("1f"));
  EXPECT_EQ(Fault(), ErrorCode::kNotFound);
}

TEST_F(InheritedLease, WithVariablesThatAreNone_IsCorrupt) {
  for (const char* grants :
       {"", "{}", "[1]", "[{}]",
        R"([{"stage": "a", "kind": "fd", "device": "d", "fd": 1}])",
        R"([{"stage": "a", "kind": "fd", "device": "d"}])"}) {
    SessionPair session;
    Set("ACCELD_SESSION_FD", std::to_string(session.client.Release()));
    Set("ACCELD_GRANTS", grants);
    EXPECT_EQ(Fault(), ErrorCode::kCorruptInput) << grants;
  }
  // No descriptor has two owners.
  SessionPair session;
  const std::string number = std::to_string(session.client.Release());
  Set("ACCELD_SESSION_FD", number);
  Set("ACCELD_GRANTS",
      R"([{"stage": "a", "kind": "fd", "device": "d", "fd": )" + number + "}]");
  EXPECT_EQ(Fault(), ErrorCode::kCorruptInput);
  ClearEnvironment();
  Set("ACCELD_LEASE_SOCKET", std::string(200, 'x'));
  EXPECT_EQ(Fault(), ErrorCode::kCorruptInput);
}

}  // namespace
}  // namespace acceld::client
