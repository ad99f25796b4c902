#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "api/soft_queue.h"
#include "base/document.h"
#include "base/unique_fd.h"
#include "client/acceld.h"
#include "tests/support/fake_acceld.h"
#include "tests/support/private_bus.h"

namespace acceld {
namespace {

using api::soft::Completion;
using api::soft::Descriptor;
using testing::FakeAcceld;
using testing::kFakeLease;
using testing::PrivateBus;

// A fake acceld that grants one soft queue, "pack", one buffer of link 0, and
// the tickets "wide" and "narrow".
class CApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto bus = PrivateBus::Start();
    ASSERT_TRUE(bus) << bus.error().message;
    bus_ = *std::move(bus);
    std::array<int, 2> ends{-1, -1};
    ASSERT_EQ(
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()),
        0);
    worker_.Reset(ends[0]);
    queue_.Reset(ends[1]);
    acceld_ = std::make_unique<FakeAcceld>(
        bus_->address(),
        FakeAcceld::Answers{.grant = [this](int fd) { Grant(fd); }});
    ASSERT_EQ(acceld_connect(bus_->address().c_str(), &client_, &error_), 0)
        << error_.message;
  }
  void TearDown() override { acceld_disconnect(client_); }

  void Grant(int session) {
    std::vector<api::Grant> grants(4);
    grants[0].stage = "pack";
    grants[0].kind = "soft";
    grants[0].device = "accelerator:soft0";
    grants[0].function = "copy";
    grants[0].fd = std::move(queue_);
    grants[1].stage = "pack";
    grants[1].kind = "buffer";
    grants[1].device = "memory:3";
    grants[1].link = 0;
    grants[1].size = 8192;
    grants[1].fd.Reset(::memfd_create("buffer", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(grants[1].fd.get(), 8192), 0);
    for (std::size_t i : {2U, 3U}) {
      grants[i].kind = "ticket";
      grants[i].device = "accelerator:hisi_zip-0";
      grants[i].function = "copy";
      grants[i].fd.Reset(::open("/dev/null", O_PATH | O_CLOEXEC));
    }
    grants[2].stage = "wide";
    grants[2].details = Document::Object{{"pasid_width", 20}};
    grants[3].stage = "narrow";
    grants[3].details = Document::Object{{"pasid_width", 8}};
    ASSERT_TRUE(api::SendGrants(session, kFakeLease, grants));
  }
  acceld_lease* Acquire() {
    acceld_lease* lease = nullptr;
    EXPECT_EQ(acceld_acquire(client_, R"({"stages":[]})", &lease, &error_), 0)
        << error_.message;
    return lease;
  }
  // The worker's next answer, before it is asked.
  void Answer(const Completion& completion) const {
    ASSERT_EQ(::send(worker_.get(), &completion, sizeof completion, 0),
              static_cast<ssize_t>(sizeof completion));
  }

  std::unique_ptr<PrivateBus> bus_;
  UniqueFd worker_;
  UniqueFd queue_;
  std::unique_ptr<FakeAcceld> acceld_;
  acceld_client* client_ = nullptr;
  acceld_error error_ = ACCELD_ERROR_INIT;
};

TEST_F(CApiTest, Acquire_ShowsGrantsAndPlacement) {
  acceld_lease* lease = Acquire();
  ASSERT_NE(lease, nullptr);
  EXPECT_STREQ(acceld_lease_path(lease), kFakeLease);
  EXPECT_STREQ(acceld_lease_placement(lease), R"({"stages":[]})");
  EXPECT_GE(acceld_lease_fd(lease), 0);
  ASSERT_EQ(acceld_grant_count(lease), 4U);
  acceld_grant grant = ACCELD_GRANT_INIT;
  ASSERT_EQ(acceld_grant_at(lease, 1, &grant), 0);
  EXPECT_STREQ(grant.kind, "buffer");
  EXPECT_STREQ(grant.device, "memory:3");
  EXPECT_EQ(grant.size, 8192);
  EXPECT_GE(grant.fd, 0);
  EXPECT_EQ(acceld_grant_at(lease, 4, &grant), ACCELD_NOT_FOUND);
  acceld_close_lease(lease);
}

TEST_F(CApiTest, Queue_SubmitsAddresses_AndReturnsTheCompletion) {
  acceld_lease* lease = Acquire();
  ASSERT_NE(lease, nullptr);
  Answer({});  // to the bind
  acceld_queue* queue = nullptr;
  ASSERT_EQ(acceld_open_queue(lease, "pack", 0, &queue, &error_), 0)
      << error_.message;
  EXPECT_EQ(acceld_open_queue(lease, "pack", 0, &queue, &error_), ACCELD_BUSY);
  const std::string text = "source";
  std::array<char, 16> to{};
  acceld_work work = ACCELD_WORK_INIT;
  work.opcode = ACCELD_COPY;
  work.id = 77;
  work.source = text.data();
  work.source_size = text.size();
  work.destination = to.data();
  work.destination_size = to.size();
  ASSERT_EQ(acceld_submit(queue, &work, &error_), 0) << error_.message;
  Descriptor sent;
  ASSERT_EQ(::recv(worker_.get(), &sent, sizeof sent, 0), 64);  // the bind
  ASSERT_EQ(::recv(worker_.get(), &sent, sizeof sent, 0), 64);
  EXPECT_EQ(sent.id, 77U);
  EXPECT_EQ(sent.source, reinterpret_cast<std::uintptr_t>(text.data()));
  EXPECT_EQ(sent.destination_size, to.size());
  Completion completion;
  completion.id = 77;
  completion.status = ACCELD_WORK_BAD_DESTINATION;
  completion.fault_address = 0x1234;
  Answer(completion);
  acceld_completion came = ACCELD_COMPLETION_INIT;
  ASSERT_EQ(acceld_wait(queue, &came, &error_), 0);
  EXPECT_EQ(came.id, 77U);
  EXPECT_EQ(came.status, ACCELD_WORK_BAD_DESTINATION);
  EXPECT_EQ(came.fault_address, 0x1234U);
  acceld_close_queue(queue);
  acceld_close_lease(lease);
}

TEST_F(CApiTest, Tickets_AreOpenedNarrowestFirst) {
  acceld_lease* lease = Acquire();
  ASSERT_NE(lease, nullptr);
  acceld_grant ticket = ACCELD_GRANT_INIT;
  ASSERT_EQ(acceld_ticket_at(lease, 1, &ticket), 0);
  EXPECT_STREQ(ticket.stage, "wide");
  EXPECT_EQ(acceld_ticket_at(lease, 2, &ticket), ACCELD_NOT_FOUND);
  ASSERT_EQ(acceld_ticket_at(lease, 0, &ticket), 0);
  EXPECT_STREQ(ticket.stage, "narrow");
  int fd = -1;
  ASSERT_EQ(
      acceld_open_device(lease, ticket.stage, ticket.replica, &fd, &error_), 0)
      << error_.message;
  const UniqueFd device(fd);
  EXPECT_EQ(::write(device.get(), "x", 1), 1);
  EXPECT_EQ(acceld_start_queue(lease, "narrow", 0, device.get(), &error_), 0);
  EXPECT_EQ(acceld_open_device(lease, "pack", 0, &fd, &error_),
            ACCELD_UNSUPPORTED);
  EXPECT_EQ(acceld_open_device(lease, "none", 0, &fd, &error_),
            ACCELD_NOT_FOUND);
  EXPECT_EQ(acceld_open_device(lease, nullptr, 0, &fd, &error_),
            ACCELD_INVALID_ARGUMENT);
  acceld_close_lease(lease);
}

TEST_F(CApiTest, Buffer_IsMapped) {
  acceld_lease* lease = Acquire();
  ASSERT_NE(lease, nullptr);
  acceld_buffer* buffer = nullptr;
  ASSERT_EQ(acceld_map_buffer(lease, 0, &buffer, &error_), 0);
  EXPECT_EQ(acceld_buffer_size(buffer), 8192U);
  std::memset(acceld_buffer_address(buffer), 1, 8192);
  acceld_unmap_buffer(buffer);
  EXPECT_EQ(acceld_map_buffer(lease, 1, &buffer, &error_), ACCELD_NOT_FOUND);
  acceld_close_lease(lease);
}

TEST_F(CApiTest, Lease_OutlivesTheClientHandle_AndIsReleased) {
  auto released = acceld_->NextRelease();
  acceld_lease* lease = Acquire();
  ASSERT_NE(lease, nullptr);
  acceld_disconnect(std::exchange(client_, nullptr));
  EXPECT_EQ(acceld_release(lease, &error_), 0) << error_.message;
  released.get();
}

TEST_F(CApiTest, Plan_ReturnsText) {
  char* placement = nullptr;
  ASSERT_EQ(acceld_plan(client_, R"({"a":1})", &placement, &error_), 0);
  EXPECT_STREQ(placement, R"({"a":1})");
  acceld_free_text(placement);
}

TEST_F(CApiTest, PlanExplained_RefusalIsText_AndNullOtherwise) {
  const char* refused = R"({"outcome":"unsatisfiable","reasons":["no"]})";
  char* placement = nullptr;
  char* refusal = nullptr;
  EXPECT_EQ(
      acceld_plan_explained(client_, refused, &placement, &refusal, &error_),
      ACCELD_UNSATISFIABLE);
  EXPECT_STREQ(refusal, refused);
  EXPECT_STREQ(error_.message, "no placement meets the request\nno");
  acceld_free_text(refusal);
  ASSERT_EQ(acceld_plan_explained(client_, R"({"a":1})", &placement, &refusal,
                                  &error_),
            0);
  EXPECT_EQ(refusal, nullptr);
  acceld_free_text(placement);
  EXPECT_EQ(acceld_plan_explained(client_, R"({"a":1})", &placement, nullptr,
                                  &error_),
            ACCELD_INVALID_ARGUMENT);
}

TEST_F(CApiTest, AcquireExplained_GivesALease) {
  acceld_lease* lease = nullptr;
  char* refusal = nullptr;
  EXPECT_EQ(acceld_acquire_explained(client_, "[]", &lease, &refusal, &error_),
            ACCELD_INVALID_ARGUMENT);
  EXPECT_EQ(refusal, nullptr);
  ASSERT_EQ(acceld_acquire_explained(client_, R"({"stages":[]})", &lease,
                                     &refusal, &error_),
            0);
  EXPECT_EQ(refusal, nullptr);
  acceld_close_lease(lease);
}

TEST_F(CApiTest, PipelineThatIsNoJson_IsInvalid) {
  acceld_lease* lease = nullptr;
  EXPECT_EQ(acceld_acquire(client_, "{", &lease, &error_),
            ACCELD_INVALID_ARGUMENT);
  EXPECT_EQ(error_.code, ACCELD_INVALID_ARGUMENT);
  EXPECT_EQ(acceld_acquire(client_, "[]", &lease, nullptr),
            ACCELD_INVALID_ARGUMENT);
  EXPECT_EQ(lease, nullptr);
}

}  // namespace
}  // namespace acceld
