// The main job, end to end: a real daemon on a real bus hands out software
// accelerators, and they work on this process's memory.
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "api/soft_queue.h"
#include "tests/integration/served_machine.h"

namespace acceld::testing {
namespace {

using api::soft::CompletionStatus;
using api::soft::Opcode;

std::vector<std::byte> SomeBytes(std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::uint32_t state = 7;
  for (std::byte& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::byte>("acceld places pipelines"[state >> 28]);
  }
  return bytes;
}

std::vector<std::byte> Inflate(std::span<const std::byte> packed,
                               std::size_t size) {
  std::vector<std::byte> plain(size);
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, -MAX_WBITS), Z_OK);
  stream.next_in =
      reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  (void)inflateEnd(&stream);
  return plain;
}

std::array<std::byte, 32> Sha256(std::span<const std::byte> bytes) {
  std::array<std::byte, 32> digest{};
  (void)SHA256(reinterpret_cast<const unsigned char*>(bytes.data()),
               bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

using DescribedMachine = ServedMachine;

class AcquireTest : public ServedMachine {
 protected:
  void SetUp() override { Serve(); }
};

TEST_F(AcquireTest, Pipeline_RunByAddress_GivesWhatTheLibrariesGive) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  auto pack = lease->OpenQueue("pack");
  auto sum = lease->OpenQueue("sum");
  auto buffer = lease->MapBuffer(1);
  ASSERT_TRUE(pack && sum && buffer);
  const std::vector<std::byte> plain = SomeBytes(3 << 20);
  const auto packed =
      pack->Run(Opcode::kCompressDeflate, plain, buffer->bytes(), 6);
  ASSERT_TRUE(packed) << packed.error().message;
  ASSERT_EQ(packed->status, static_cast<int>(CompletionStatus::kOk));
  const auto result = buffer->bytes().first(packed->bytes_written);
  EXPECT_EQ(Inflate(result, plain.size()), plain);
  std::array<std::byte, 32> digest{};
  const auto summed = sum->Run(Opcode::kDigestSha256, result, digest);
  ASSERT_TRUE(summed) << summed.error().message;
  EXPECT_EQ(digest, Sha256(result));
}

TEST_F(AcquireTest, Placement_OnAnySnapshot_IsProvenOptimal) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  const Document* proof = lease->placement().Find("proof");
  ASSERT_NE(proof, nullptr);
  EXPECT_EQ(*proof, Document("optimal"));
}

TEST_F(AcquireTest, Release_OfALease_FreesItsDevicesBeforeItReturns) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(CountLeases(client), 1U);
  ASSERT_TRUE(lease->Release());
  EXPECT_EQ(CountLeases(client), 0U);
  EXPECT_EQ(lease->Release().error().code, ErrorCode::kNotFound);
}

TEST_F(AcquireTest, SessionSocket_WhenTheClientIsKilled_EndsTheLease) {
  const pid_t child = ::fork();
  if (child == 0) {
    // The child keeps its lease until it is killed.
    auto own = client::Client::Connect({.bus = bus_->address()});
    auto lease = own ? own->Acquire(Json(kCompressDigest))
                     : Fail(ErrorCode::kUnavailable, "no bus");
    if (!lease) ::_exit(1);
    while (true) ::pause();
  }
  client::Client client = Connect();
  ASSERT_TRUE(Eventually([&] { return CountLeases(client) == 1; }));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_TRUE(Eventually([&] { return CountLeases(client) == 0; }));
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST_F(AcquireTest, Attach_AfterTheClientWasRestarted_GoesOnWithItsLease) {
  std::string path;
  Document placement;
  {
    client::Client before = Connect();
    auto lease = before.Acquire(
        Json(kCompressDigest), nullptr,
        {.label = "agent/7", .linger = Nanoseconds(60'000'000'000)});
    ASSERT_TRUE(lease) << lease.error().message;
    path = lease->path();
    placement = lease->placement();
  }
  client::Client after = Connect();
  ASSERT_TRUE(Eventually([&] {
    const Document leases = *after.ListLeases();
    return *leases.AsArray()->at(0).Find("state") == Document("lingering");
  }));
  EXPECT_EQ(*after.ListLeases()->AsArray()->at(0).Find("label"),
            Document("agent/7"));
  {
    auto lease = after.Attach(path);
    ASSERT_TRUE(lease) << lease.error().message;
    EXPECT_EQ(lease->placement(), placement);
    EXPECT_TRUE(lease->grants().empty());
    EXPECT_EQ(*after.ListLeases()->AsArray()->at(0).Find("state"),
              Document("active"));
    ASSERT_TRUE(lease->Release());
  }
  EXPECT_EQ(CountLeases(after), 0U);
  EXPECT_EQ(after.Attach(path).error().code, ErrorCode::kNotFound);
}

TEST_F(AcquireTest, Worker_WhenItDies_RevokesTheLeaseAndTheNextAcquireWorks) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  const std::vector<pid_t> workers = daemon_->Children();
  ASSERT_EQ(workers.size(), 1U);
  ASSERT_EQ(::kill(workers[0], SIGKILL), 0);
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  auto next = client.Acquire(Json(kCompressDigest));
  EXPECT_TRUE(next) << next.error().message;
}

TEST_F(AcquireTest, Exclusive_WhileSomebodyHoldsIt_IsBusy) {
  const Document pipeline = Json(R"({"stages": [
      {"name": "a", "function": "copy", "sharing": "exclusive", "count": 1}]})");
  client::Client client = Connect();
  std::vector<client::Lease> held;
  // One exclusive lease for each copy device of the machine, and then none.
  while (true) {
    auto lease = client.Acquire(pipeline);
    if (!lease) {
      EXPECT_EQ(lease.error().code, ErrorCode::kBusy);
      break;
    }
    held.push_back(*std::move(lease));
    ASSERT_LT(held.size(), 64U);
  }
  ASSERT_FALSE(held.empty());
  ASSERT_TRUE(held.back().Release());
  EXPECT_TRUE(client.Acquire(pipeline));
}

// A container runtime makes the devices' nodes: it needs to know them, and
// that nobody else is given them.
TEST_F(DescribedMachine, Reserved_GrantsNothingAndKeepsOthersOut) {
  Serve({"--host", Runfile("configs/hosts/dgx-1v.json"), "--stand-in=soft"});
  client::Client client = Connect();
  const Document all_gpus = Json(R"({"stages": [
      {"name": "train", "function": "compute/gpu", "count": 8,
       "sharing": "exclusive", "grant": "none"}]})");
  auto lease = client.Acquire(all_gpus);
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_TRUE(lease->grants().empty());
  const auto leases = client.ListLeases();
  ASSERT_TRUE(leases) << leases.error().message;
  const Document* hardware = leases->AsArray()->front().Find("hardware");
  ASSERT_NE(hardware, nullptr);
  ASSERT_EQ(hardware->AsArray()->size(), 8U);
  const Document& gpu = hardware->AsArray()->front();
  EXPECT_EQ(*gpu.Find("node")->AsString(), "/dev/nvidia0");
  EXPECT_EQ(*gpu.Find("at_path"), Document(false));
  client::Client other = Connect();
  const auto refused = other.Acquire(
      Json(R"({"stages": [{"name": "draw", "function": "compute/gpu"}]})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
}

TEST_F(AcquireTest, Refusal_IsTheSameDataFromPlanAndFromAcquire) {
  const Document pipeline = Json(R"({"stages": [
      {"name": "a", "function": "copy"}, {"name": "b", "function": "copy"}],
      "links": [{"from": "a", "to": "b",
                 "require": {"locality": "same-device"}}],
      "constraints": [{"distinct": "device", "stages": ["a", "b"]}],
      "deadline": "10s"})");
  client::Client client = Connect();
  Document planned;
  Document acquired;
  const auto plan = client.Plan(pipeline, &planned);
  const auto lease = client.Acquire(pipeline, &acquired);
  ASSERT_TRUE(!plan && !lease);
  EXPECT_EQ(plan.error().code, ErrorCode::kUnsatisfiable);
  EXPECT_EQ(lease.error().message, plan.error().message);
  EXPECT_EQ(acquired, planned);
  EXPECT_FALSE(planned.Find("conflict")->AsArray()->empty());
  EXPECT_EQ(*planned.Find("minimal"), Document(true));
  // Who did not ask for it gets the text alone.
  EXPECT_EQ(client.Acquire(pipeline).error().message, plan.error().message);
}

TEST_F(AcquireTest, Descriptors_AfterManyLeases_AreAllClosedAgain) {
  client::Client client = Connect();
  {
    auto warm = client.Acquire(Json(kCompressDigest));
    ASSERT_TRUE(warm && warm->Release());
  }
  const std::size_t before = daemon_->CountFds();
  for (int i = 0; i < 200; ++i) {
    auto lease = client.Acquire(Json(kCompressDigest));
    ASSERT_TRUE(lease) << lease.error().message;
    ASSERT_TRUE(lease->Release());
  }
  EXPECT_TRUE(Eventually([&] { return daemon_->CountFds() <= before; }));
}

TEST_F(AcquireTest, Daemon_OnSigterm_RevokesLeasesAndEndsCleanly) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  const std::vector<pid_t> workers = daemon_->Children();
  EXPECT_EQ(daemon_->Stop(), 0);
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  for (const pid_t worker : workers) {
    EXPECT_EQ(::kill(worker, 0), -1) << "a worker outlived the daemon";
  }
}

}  // namespace
}  // namespace acceld::testing
