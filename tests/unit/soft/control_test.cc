#include "daemon/soft/control.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace acceld::soft {
namespace {

struct Pair {
  UniqueFd daemon;
  UniqueFd worker;
};

Pair MakePair() {
  std::array<int, 2> ends{};
  EXPECT_EQ(
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void SendRaw(int socket, const std::string& bytes) {
  ASSERT_EQ(::send(socket, bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
}

TEST(Control, Attach_CrossesWithItsSocketAndCpus) {
  const Pair control = MakePair();
  Pair queue = MakePair();
  Order order;
  order.type = Order::Type::kAttach;
  order.queue = QueueId(0x1234'5678'9abc);
  order.opcodes = MaskOf(api::soft::Opcode::kCopy);
  for (const std::size_t cpu : {0U, 63U, 64U, 8191U}) order.cpus.Set(cpu);
  order.socket = std::move(queue.worker);
  ASSERT_TRUE(SendOrder(control.daemon.get(), order).has_value());

  const auto received = ReceiveOrder(control.worker.get());
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->type, Order::Type::kAttach);
  EXPECT_EQ(received->queue, order.queue);
  EXPECT_EQ(received->opcodes, order.opcodes);
  EXPECT_EQ(received->cpus, order.cpus);
  ASSERT_TRUE(received->socket.valid());
  SendRaw(received->socket.get(), "x");
  char byte = 0;
  EXPECT_EQ(::recv(queue.daemon.get(), &byte, 1, 0), 1);
}

TEST(Control, Detach_CrossesWithoutASocket) {
  const Pair control = MakePair();
  Order order;
  order.type = Order::Type::kDetach;
  order.queue = QueueId(7);
  ASSERT_TRUE(SendOrder(control.daemon.get(), order).has_value());
  const auto received = ReceiveOrder(control.worker.get());
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->type, Order::Type::kDetach);
  EXPECT_FALSE(received->socket.valid());
}

TEST(Control, SendOrder_ToAFullSocket_IsBusyAndDoesNotBlock) {
  const Pair control = MakePair();
  Order order;
  order.type = Order::Type::kDetach;
  ErrorCode code = ErrorCode::kInternal;
  for (int i = 0; i < 100'000 && code == ErrorCode::kInternal; ++i) {
    const Status sent = SendOrder(control.daemon.get(), order);
    if (!sent) code = sent.error().code;
  }
  EXPECT_EQ(code, ErrorCode::kBusy);
}

TEST(Control, OtherEndClosed_IsSaid) {
  Pair control = MakePair();
  control.worker.Reset();
  EXPECT_EQ(SendOrder(control.daemon.get(), {}).error().code,
            ErrorCode::kDeviceGone);
  EXPECT_EQ(ReceiveReport(control.daemon.get()).error().code,
            ErrorCode::kDeviceGone);
  control = MakePair();
  control.daemon.Reset();
  EXPECT_EQ(ReceiveOrder(control.worker.get()).error().code,
            ErrorCode::kUnavailable);
}

TEST(Control, ReceiveReport_WithoutOne_IsNothing) {
  const Pair control = MakePair();
  const auto report = ReceiveReport(control.daemon.get());
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->has_value());
}

TEST(Control, Report_Crosses) {
  const Pair control = MakePair();
  ASSERT_TRUE(
      SendReport(control.worker.get(), {Report::Type::kDetached, QueueId(9)})
          .has_value());
  const auto report = ReceiveReport(control.daemon.get());
  ASSERT_TRUE(report.has_value() && report->has_value());
  EXPECT_EQ((*report)->type, Report::Type::kDetached);
  EXPECT_EQ((*report)->queue, QueueId(9));
}

// The daemon reads what a compromised worker writes.
TEST(Control, MalformedReports_AreCorruptInput) {
  const std::string magic("ACSR");
  const std::string queue(8, '\0');
  for (const std::string& bytes :
       {std::string("x"), magic + std::string("\1\0\0\0", 4),
        std::string("ACSX") + std::string("\1\0\0\0", 4) + queue,
        magic + std::string("\0\0\0\0", 4) + queue,
        magic + std::string("\4\0\0\0", 4) + queue,
        magic + std::string("\2\0\0\0", 4) + queue + "x"}) {
    const Pair control = MakePair();
    SendRaw(control.worker.get(), bytes);
    const auto report = ReceiveReport(control.daemon.get());
    ASSERT_FALSE(report.has_value()) << bytes.size();
    EXPECT_EQ(report.error().code, ErrorCode::kCorruptInput);
  }
}

TEST(Control, MalformedOrders_AreCorruptInput) {
  for (const std::string& bytes :
       {std::string("ACSO"), std::string(1048, 'x'), std::string(4096, 'x')}) {
    const Pair control = MakePair();
    SendRaw(control.daemon.get(), bytes);
    const auto order = ReceiveOrder(control.worker.get());
    ASSERT_FALSE(order.has_value());
    EXPECT_EQ(order.error().code, ErrorCode::kCorruptInput);
  }
}

}  // namespace
}  // namespace acceld::soft
