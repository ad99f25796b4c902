#include "api/session.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace acceld::api {
namespace {

struct Pair {
  UniqueFd daemon;
  UniqueFd client;
};

Pair MakePair() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
                         0, ends.data()),
            0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// A memfd of `size` bytes, so that descriptors can be told apart.
UniqueFd Marked(std::int64_t size) {
  UniqueFd fd(::memfd_create("marked", MFD_CLOEXEC));
  EXPECT_EQ(::ftruncate(fd.get(), size), 0);
  return fd;
}

std::int64_t MarkOf(const UniqueFd& fd) {
  struct stat status {};
  EXPECT_EQ(::fstat(fd.get(), &status), 0);
  return status.st_size;
}

std::size_t OpenFds() {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    (void)entry;
    ++count;
  }
  return count;
}

std::vector<Grant> Grants(std::size_t count) {
  std::vector<Grant> grants(count);
  for (std::size_t i = 0; i < count; ++i) {
    grants[i].stage = "stage" + std::to_string(i);
    grants[i].replica = static_cast<std::int64_t>(i * 3);
    grants[i].kind = "soft";
    grants[i].device = "accelerator:soft" + std::to_string(i);
    grants[i].function = "copy";
    grants[i].fd = Marked(static_cast<std::int64_t>(100 + i));
  }
  return grants;
}

// Sends `text` as it is, with `fds` copies of one descriptor.
void SendRaw(int socket, std::string text, std::size_t fds) {
  const UniqueFd file = Marked(1);
  std::vector<int> copies(fds, file.get());
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 64)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const std::size_t bytes = fds * sizeof(int);
  if (fds != 0) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(bytes);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(header), copies.data(), bytes);
  }
  ASSERT_GE(::sendmsg(socket, &message, MSG_NOSIGNAL), 0);
}

TEST(SessionTest, Grants_SentAndReceived_AreTheSame) {
  const Pair pair = MakePair();
  std::vector<Grant> sent = Grants(2);
  sent[1].kind = "buffer";
  sent[1].device = "memory:2";
  sent[1].function = "";
  sent[1].link = 5;
  sent[1].size = 1048576;
  ASSERT_TRUE(SendGrants(pair.daemon.get(), "/org/acceld1/lease/7", sent));
  const auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->type, SessionMessage::Type::kGrants);
  EXPECT_EQ(got->lease, "/org/acceld1/lease/7");
  EXPECT_TRUE(got->last);
  ASSERT_EQ(got->grants.size(), 2U);
  EXPECT_EQ(got->grants[0].stage, "stage0");
  EXPECT_EQ(got->grants[0].device, "accelerator:soft0");
  EXPECT_EQ(got->grants[0].function, "copy");
  EXPECT_EQ(got->grants[0].link, -1);
  EXPECT_EQ(MarkOf(got->grants[0].fd), 100);
  EXPECT_EQ(got->grants[1].replica, 3);
  EXPECT_EQ(got->grants[1].kind, "buffer");
  EXPECT_EQ(got->grants[1].link, 5);
  EXPECT_EQ(got->grants[1].size, 1048576);
  EXPECT_EQ(MarkOf(got->grants[1].fd), 101);
}

TEST(SessionTest, RoleAndDetails_Arrive) {
  const Pair pair = MakePair();
  std::vector<Grant> sent = Grants(2);
  sent[1].role = "container";
  sent[1].details = Document::Object{{"iommu", "type1v2"}};
  ASSERT_TRUE(SendGrants(pair.daemon.get(), "/org/acceld1/lease/7", sent));
  const auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_TRUE(got) << got.error().message;
  ASSERT_EQ(got->grants.size(), 2U);
  EXPECT_EQ(got->grants[0].role, "");
  EXPECT_TRUE(got->grants[0].details.is_null());
  EXPECT_EQ(got->grants[1].role, "container");
  EXPECT_EQ(got->grants[1].details, sent[1].details);
}

TEST(SessionTest, ReceivedDescriptor_IsCloseOnExec) {
  const Pair pair = MakePair();
  ASSERT_TRUE(SendGrants(pair.daemon.get(), "l", Grants(1)));
  const auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_TRUE(got);
  EXPECT_NE(::fcntl(got->grants[0].fd.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(SessionTest, MoreThanOneMessageHolds_IsSplit_AndOnlyTheLastSaysSo) {
  const Pair pair = MakePair();
  ASSERT_TRUE(SendGrants(pair.daemon.get(), "l", Grants(40)));
  std::vector<std::int64_t> marks;
  for (const bool last : {false, false, true}) {
    const auto got = ReceiveSessionMessage(pair.client.get());
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->last, last);
    EXPECT_LE(got->grants.size(), kMaxFdsPerMessage);
    for (const Grant& grant : got->grants) marks.push_back(MarkOf(grant.fd));
  }
  ASSERT_EQ(marks.size(), 40U);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    EXPECT_EQ(marks[i], static_cast<std::int64_t>(100 + i));
  }
}

TEST(SessionTest, NoGrants_IsOneLastMessage) {
  const Pair pair = MakePair();
  ASSERT_TRUE(SendGrants(pair.daemon.get(), "l", {}));
  const auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->last);
  EXPECT_TRUE(got->grants.empty());
}

TEST(SessionTest, Revocation_CarriesItsReason) {
  const Pair pair = MakePair();
  ASSERT_TRUE(SendRevoked(pair.daemon.get(), "l", "device \"x\" failed"));
  const auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_TRUE(got);
  EXPECT_EQ(got->type, SessionMessage::Type::kRevoked);
  EXPECT_EQ(got->reason, "device \"x\" failed");
}

TEST(SendGrantsTest, PeerThatNeverReads_IsBusy_NotABlock) {
  const Pair pair = MakePair();
  Status status;
  for (int i = 0; i < 100000 && status; ++i) {
    status = SendRevoked(pair.daemon.get(), "l", "r");
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kBusy);
}

TEST(SendGrantsTest, PeerThatIsClosed_IsGone_WithoutASignal) {
  Pair pair = MakePair();
  pair.client.Reset();
  const auto status = SendGrants(pair.daemon.get(), "l", Grants(1));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kDeviceGone);
}

TEST(SendGrantsTest, GrantThatCannotBeSent_IsRefused) {
  const Pair pair = MakePair();
  std::vector<Grant> grants = Grants(1);
  grants[0].device = std::string(kMaxSessionMessageBytes, 'x');
  auto status = SendGrants(pair.daemon.get(), "l", grants);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  grants = Grants(1);
  grants[0].fd.Reset();
  status = SendGrants(pair.daemon.get(), "l", grants);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
}

TEST(ReceiveTest, ClosedPeer_IsUnavailable_AndSilenceIsTheDeadline) {
  Pair pair = MakePair();
  auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kDeadline);
  pair.daemon.Reset();
  got = ReceiveSessionMessage(pair.client.get());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kUnavailable);
}

struct Bad {
  std::string_view name;
  std::string text;
  std::size_t fds = 0;
};

class ReceiveBadTest : public ::testing::TestWithParam<Bad> {};

TEST_P(ReceiveBadTest, Message_IsCorrupt_AndLeavesNoDescriptorOpen) {
  const Pair pair = MakePair();
  const std::size_t before = OpenFds();
  SendRaw(pair.daemon.get(), GetParam().text, GetParam().fds);
  const auto got = ReceiveSessionMessage(pair.client.get());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kCorruptInput);
  EXPECT_EQ(OpenFds(), before);
}

std::string OneGrant(std::string_view index) {
  return std::string(R"({"type":"grants","lease":"l","grants":[{"stage":"a",)"
                     R"("kind":"fd","device":"d","fd":)")
      .append(index)
      .append("}]}");
}

INSTANTIATE_TEST_SUITE_P(
    All, ReceiveBadTest,
    ::testing::Values(
        Bad{"NotJson", "{", 1}, Bad{"NoObject", "[]", 1},
        Bad{"NoType", "{}", 1}, Bad{"OtherType", R"({"type":"x"})", 2},
        Bad{"NoGrants", R"({"type":"grants"})", 1},
        Bad{"IndexBeyond", OneGrant("1"), 1},
        Bad{"IndexNegative", OneGrant("-1"), 1},
        Bad{"IndexNoNumber", OneGrant("\"0\""), 1},
        Bad{"FdUnused", OneGrant("0"), 2}, Bad{"NoFd", OneGrant("0"), 0},
        Bad{"BufferWithoutSize",
            R"({"type":"grants","grants":[{"stage":"a","kind":"buffer",)"
            R"("device":"d","link":0,"fd":0}]})",
            1},
        Bad{"SameFdTwice",
            R"({"type":"grants","grants":[)"
            R"({"stage":"a","kind":"fd","device":"d","fd":0},)"
            R"({"stage":"b","kind":"fd","device":"e","fd":0}]})",
            1},
        Bad{"TooManyFds", OneGrant("0"), 30},
        Bad{"TooLong", std::string(kMaxSessionMessageBytes + 1, ' '), 1}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ReceiveTest, UnknownKeys_ArePassedOver) {
  const Pair pair = MakePair();
  SendRaw(pair.daemon.get(),
          R"({"type":"revoked","lease":"l","reason":"r","later":{"x":1}})", 0);
  EXPECT_TRUE(ReceiveSessionMessage(pair.client.get()));
}

}  // namespace
}  // namespace acceld::api
