// The queue as a client without manners sees it. Served by a thread of this
// process; the real worker is in tests/integration/soft.

#include "daemon/soft/queue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <thread>
#include <vector>

#include "tests/support/client_memory.h"

namespace acceld::soft {
namespace {

using acceld::testing::AddressOf;
using acceld::testing::OpenOwnMemory;
using api::soft::Completion;
using api::soft::CompletionStatus;
using api::soft::Descriptor;
using api::soft::Opcode;

class QueueTest : public ::testing::Test {
 protected:
  QueueTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()),
        0);
    client_.Reset(ends[0]);
    worker_.Reset(ends[1]);
    thread_ = std::thread([this] {
      Queue(worker_.get(),
            MaskOf(Opcode::kCopy) | MaskOf(Opcode::kCompressDeflate), clock_,
            stop_)
          .Serve();
    });
  }
  ~QueueTest() override {
    ::shutdown(client_.get(), SHUT_RDWR);
    thread_.join();
  }

  static Descriptor Ask(Opcode opcode) {
    Descriptor descriptor;
    descriptor.opcode = static_cast<std::uint16_t>(opcode);
    descriptor.id = 42;
    return descriptor;
  }

  void Send(const void* bytes, std::size_t size,
            const std::vector<int>& files = {}) {
    iovec part{const_cast<void*>(bytes), size};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, 512> control{};
    if (!files.empty()) {
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(files.size() * sizeof(int));
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
      std::memcpy(CMSG_DATA(header), files.data(), files.size() * sizeof(int));
    }
    ASSERT_EQ(::sendmsg(client_.get(), &message, MSG_NOSIGNAL),
              static_cast<ssize_t>(size));
  }

  CompletionStatus Answer(std::uint64_t id = 42) {
    Completion completion;
    EXPECT_EQ(::recv(client_.get(), &completion, sizeof completion, 0),
              static_cast<ssize_t>(sizeof completion));
    EXPECT_EQ(completion.magic, api::soft::kMagic);
    EXPECT_EQ(completion.id, id);
    return static_cast<CompletionStatus>(completion.status);
  }

  CompletionStatus Run(const Descriptor& descriptor,
                       const std::vector<int>& files = {}) {
    Send(&descriptor, sizeof descriptor, files);
    return Answer(descriptor.id);
  }

  void Bind() {
    const UniqueFd memory = OpenOwnMemory();
    ASSERT_EQ(Run(Ask(Opcode::kBind), {memory.get()}), CompletionStatus::kOk);
  }

  UniqueFd client_;
  UniqueFd worker_;
  SteadyClock clock_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST_F(QueueTest, BeforeBind_NotBound) {
  EXPECT_EQ(Run(Ask(Opcode::kCopy)), CompletionStatus::kNotBound);
}

TEST_F(QueueTest, OtherFunction_NotOffered) {
  EXPECT_EQ(Run(Ask(Opcode::kDigestSha256)), CompletionStatus::kNotOffered);
}

TEST_F(QueueTest, MalformedDescriptors_AreAnsweredAndTheQueueGoesOn) {
  std::vector<Descriptor> bad(7, Ask(Opcode::kCopy));
  bad[0].magic = 0;
  bad[1].version = 2;
  bad[2].opcode = 0;
  bad[3].opcode = 8;
  bad[4].opcode = 0xffff;
  bad[5].reserved = 1;
  bad[6].parameter = 1;  // copy has none
  for (const Descriptor& descriptor : bad) {
    EXPECT_EQ(Run(descriptor), CompletionStatus::kBadDescriptor);
  }
  Bind();
  EXPECT_EQ(Run(Ask(Opcode::kCopy)), CompletionStatus::kOk);
}

TEST_F(QueueTest, WrongSize_IsABadDescriptor) {
  std::array<char, 200> bytes{};
  const Descriptor good = Ask(Opcode::kCopy);
  std::memcpy(bytes.data(), &good, sizeof good);
  for (const std::size_t size :
       {std::size_t{16}, std::size_t{63}, std::size_t{65}, std::size_t{200}}) {
    Send(bytes.data(), size);
    EXPECT_EQ(Answer(), CompletionStatus::kBadDescriptor) << size;
  }
  Send(bytes.data(), 1);  // too short for an id
  EXPECT_EQ(Answer(0), CompletionStatus::kBadDescriptor);
}

TEST_F(QueueTest, Bind_WantsExactlyOneMemFile) {
  const UniqueFd memory = OpenOwnMemory();
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const int good = memory.get();
  for (const std::vector<int>& files :
       std::vector<std::vector<int>>{{},
                                     {null.get()},
                                     {good, good},
                                     {good, good, good},
                                     std::vector<int>(100, good)}) {
    EXPECT_EQ(Run(Ask(Opcode::kBind), files), CompletionStatus::kBadDescriptor);
  }
  EXPECT_EQ(Run(Ask(Opcode::kCopy)), CompletionStatus::kNotBound);
}

TEST_F(QueueTest, BindWithAddresses_IsABadDescriptor) {
  const UniqueFd memory = OpenOwnMemory();
  Descriptor bind = Ask(Opcode::kBind);
  bind.source_size = 1;
  EXPECT_EQ(Run(bind, {memory.get()}), CompletionStatus::kBadDescriptor);
}

TEST_F(QueueTest, FilesWithAnOperation_AreABadDescriptor) {
  Bind();
  const UniqueFd memory = OpenOwnMemory();
  EXPECT_EQ(Run(Ask(Opcode::kCopy), {memory.get()}),
            CompletionStatus::kBadDescriptor);
}

TEST_F(QueueTest, ReceivedFiles_AreClosed) {
  std::array<int, 2> probe{};
  ASSERT_EQ(
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, probe.data()), 0);
  const UniqueFd mine(probe[0]);
  UniqueFd sent(probe[1]);
  EXPECT_EQ(Run(Ask(Opcode::kBind), std::vector<int>(10, sent.get())),
            CompletionStatus::kBadDescriptor);
  EXPECT_EQ(Run(Ask(Opcode::kBind), {sent.get()}),
            CompletionStatus::kBadDescriptor);
  sent.Reset();
  char byte = 0;  // the other end is closed once nobody holds it
  EXPECT_EQ(::recv(mine.get(), &byte, 1, MSG_DONTWAIT), 0);
}

TEST_F(QueueTest, Completions_ComeInOrder) {
  Bind();
  constexpr std::uint64_t kCount = 50;
  for (std::uint64_t id = 1; id <= kCount; ++id) {
    Descriptor descriptor = Ask(Opcode::kCopy);
    descriptor.id = id;
    Send(&descriptor, sizeof descriptor);
  }
  for (std::uint64_t id = 1; id <= kCount; ++id) {
    EXPECT_EQ(Answer(id), CompletionStatus::kOk);
  }
}

TEST_F(QueueTest, ClientThatNeverReads_IsStillEndedByAShutdown) {
  Bind();
  const Descriptor descriptor = Ask(Opcode::kCopy);
  std::size_t sent = 0;
  while (::send(client_.get(), &descriptor, sizeof descriptor,
                MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
    ++sent;
  }
  EXPECT_GT(sent, 10U);  // both buffers are full, and the thread waits
  ::shutdown(worker_.get(), SHUT_RDWR);  // what Detach does; ~QueueTest joins
}

TEST_F(QueueTest, Completion_CarriesCountsAndTime) {
  Bind();
  std::vector<std::byte> source(1 << 20);
  std::vector<std::byte> destination(1 << 20);
  Descriptor copy = Ask(Opcode::kCopy);
  copy.source = AddressOf(source.data());
  copy.source_size = source.size();
  copy.destination = AddressOf(destination.data());
  copy.destination_size = destination.size();
  Send(&copy, sizeof copy);
  Completion completion;
  ASSERT_EQ(::recv(client_.get(), &completion, sizeof completion, 0), 64);
  EXPECT_EQ(completion.bytes_read, source.size());
  EXPECT_EQ(completion.bytes_written, source.size());
  EXPECT_GT(completion.nanoseconds, 0U);
  EXPECT_EQ(completion.reserved, 0U);
}

}  // namespace
}  // namespace acceld::soft
