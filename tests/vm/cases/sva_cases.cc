// Shared virtual addressing for real: devices that copy between the client's
// own virtual addresses by its PASID, through the page tables of its process.
// Guest `sva` alone: no other kernel and no other QEMU do that.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/vm/cases/copy_queue.h"
#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

constexpr std::size_t kPage = 4096;

// Memory that the device may reach: this one cannot wait for a page.
unsigned char* Pages(std::size_t count, void* at = nullptr) {
  const int fixed = at == nullptr ? 0 : MAP_FIXED_NOREPLACE;
  void* memory =
      ::mmap(at, count * kPage, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | fixed, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<unsigned char*>(memory);
}

std::string TwoStages(const std::string& first, const std::string& second) {
  const auto stage = [](const std::string& name, const std::string& node) {
    return R"({"name": ")" + name +
           R"(", "function": "copy", "sva": "required",
              "select": [{"attribute": "node", "equals": ")" +
           node + R"("}]})";
  };
  return R"({"stages": [)" + stage("first", first) + "," +
         stage("second", second) +
         R"(], "links": [{"from": "host", "to": "first"},
                         {"from": "first", "to": "second"}]})";
}

// The queues of a lease, opened by libacceld and started. Empty `queues`:
// `why`.
struct Queues {
  std::vector<UniqueFd> queues;
  std::string why;
};

Queues OpenQueues(client::Lease& lease) {
  Queues result;
  for (client::OpenedDevice& opened : lease.OpenAll()) {
    if (!opened.device) {
      return {{}, opened.stage + ": " + opened.device.error().message};
    }
    const Status started =
        lease.StartQueue(opened.stage, opened.replica, opened.device->get());
    if (!started) return {{}, opened.stage + ": " + started.error().message};
    result.queues.push_back(*std::move(opened.device));
  }
  return result;
}

std::string RunPipeline(const std::string& pipeline) {
  auto lease = Acquire(pipeline);
  if (!lease) return Why(lease);
  Queues opened = OpenQueues(*lease);
  if (opened.queues.size() != 2) return "not two queues: " + opened.why;
  const CopyQueue first(opened.queues[0].get());
  const CopyQueue second(opened.queues[1].get());
  unsigned char* pages = Pages(3);
  if (pages == nullptr) return "no memory";
  for (std::size_t i = 0; i < kPage; ++i) {
    pages[i] = static_cast<unsigned char>(i * 3 + i / 256);
  }
  if (const int error = first.Copy(pages, pages + kPage, kPage)) {
    return std::string("first: ") + std::strerror(error);
  }
  if (const int error = second.Copy(pages + kPage, pages + 2 * kPage, kPage)) {
    return std::string("second: ") + std::strerror(error);
  }
  if (std::memcmp(pages, pages + 2 * kPage, kPage) != 0) {
    return "what they copied is wrong";
  }
  const copy_queue_owner one = first.Owner();
  const copy_queue_owner other = second.Owner();
  if (one.pid != static_cast<std::uint32_t>(::getpid())) {
    return "the queue is bound to process " + std::to_string(one.pid);
  }
  if (one.pasid == 0 || one.pasid != other.pasid) {
    return "PASIDs " + std::to_string(one.pasid) + " and " +
           std::to_string(other.pasid);
  }
  return {};
}

// A lease of one device, and its queue.
struct OneQueue {
  client::Lease lease;
  UniqueFd queue;
};

Result<OneQueue> OpenOne(const std::string& node) {
  auto lease = Acquire(OneStage("copy", "node", node));
  if (!lease) return Fail(std::move(lease.error()));
  auto queue = lease->OpenDevice("work");
  if (!queue) return Fail(std::move(queue.error()));
  const Status started = lease->StartQueue("work", 0, queue->get());
  if (!started) return Fail(Error(started.error()));
  return OneQueue{*std::move(lease), *std::move(queue)};
}

std::string CopyAndUnmap(const std::string& node) {
  auto opened = OpenOne(node);
  if (!opened) return Why(opened);
  const CopyQueue queue(opened->queue.get());
  unsigned char* pages = Pages(2);
  if (pages == nullptr) return "no memory";
  if (const int error = queue.Copy(pages, pages + kPage, kPage)) {
    return std::string("before: ") + std::strerror(error);
  }
  ::munmap(pages + kPage, kPage);
  if (queue.Copy(pages, pages + kPage, kPage) != EIO) {
    return "the device writes where nothing is mapped any more";
  }
  if (queue.Copy(pages + kPage, pages, kPage) != EIO) {
    return "the device reads where nothing is mapped any more";
  }
  return {};
}

// Lets the device write to an address that is the daemon's, first while the
// client has nothing there, then where it has a page of its own.
std::string WriteTo(const std::string& node, std::uintptr_t address) {
  auto opened = OpenOne(node);
  if (!opened) return Why(opened);
  const CopyQueue queue(opened->queue.get());
  auto* theirs = reinterpret_cast<unsigned char*>(address);
  unsigned char* mine = Pages(2);
  if (mine == nullptr) return "no memory";
  std::memset(mine, 0xa5, kPage);
  if (queue.Copy(mine, theirs, kPage) != EIO) return "it wrote somewhere";
  if (queue.Copy(theirs, mine + kPage, kPage) != EIO) {
    return "it read from somewhere";
  }
  if (Pages(1, theirs) == nullptr) return "the address is taken here too";
  if (const int error = queue.Copy(mine, theirs, kPage)) {
    return std::string("own page: ") + std::strerror(error);
  }
  return theirs[0] == 0xa5 && theirs[kPage - 1] == 0xa5
             ? ""
             : "the client's own page was not written";
}

// A writable page of the daemon's own data; 0: not found.
std::uintptr_t DataPageOf(pid_t daemon) {
  std::ifstream maps("/proc/" + std::to_string(daemon) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" rw-p ") != std::string::npos && line.ends_with("acceld")) {
      return std::stoull(line, nullptr, 16);
    }
  }
  return 0;
}

std::string ContentOf(pid_t process, std::uintptr_t page) {
  std::ifstream memory("/proc/" + std::to_string(process) + "/mem",
                       std::ios::binary);
  memory.seekg(static_cast<std::streamoff>(page));
  std::string bytes(kPage, '\0');
  memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return memory ? bytes : std::string();
}

UacceDevice SwitchedUacce() {
  for (const UacceDevice& device : UacceDevices()) {
    if (device.is_switched) return device;
  }
  return {};
}

class Sva : public ::testing::Test {
 protected:
  void SetUp() override {
    if (GuestName() != "sva") {
      GTEST_SKIP() << "no device of this guest shares address spaces";
    }
    if (UacceDevices().empty()) {
      GTEST_SKIP() << "no uacce driver was built for this guest's kernel";
    }
  }
};

TEST_F(Sva, PipelineOfTwoDevices_CopiesBetweenTheClientsAddresses_ByOnePasid) {
  const Daemon daemon;
  const std::string pipeline =
      TwoStages(UsableUacce(0).node, UsableUacce(1).node);
  EXPECT_EQ(AsUser(kUser, [&](Peer&) { return RunPipeline(pipeline); }), "")
      << daemon.log();
}

TEST_F(Sva, Munmap_StopsTheDevice) {
  const Daemon daemon;
  const std::string node = UsableUacce().node;
  EXPECT_EQ(AsUser(kUser, [&](Peer&) { return CopyAndUnmap(node); }), "");
}

TEST_F(Sva, DaemonsMemory_IsOutOfReach_AtAddressesThatTheClientKnows) {
  const Daemon daemon;
  const std::uintptr_t page = DataPageOf(daemon.pid());
  ASSERT_NE(page, 0U);
  ASSERT_EQ(ContentOf(daemon.pid(), page).size(), kPage);
  const std::string node = UsableUacce().node;
  EXPECT_EQ(AsUser(kUser, [&](Peer&) { return WriteTo(node, page); }), "");
  const std::string after = ContentOf(daemon.pid(), page);
  ASSERT_EQ(after.size(), kPage);
  EXPECT_EQ(after.find(std::string(64, '\xa5')), std::string::npos);
}

TEST_F(Sva, OnADeviceWithout_IsRefused_WithTheReason) {
  const Daemon daemon;
  const std::string node = SwitchedUacce().node;
  ASSERT_NE(node, "");
  const std::string said = AsUser(kUser, [&](Peer&) {
    return Why(
        Acquire(OneStage("copy", "node", node, R"(, "sva": "required")")));
  });
  EXPECT_NE(said.find("sva"), std::string::npos) << said;
  // The kernel says the same to who tries.
  const std::string opened = AsUser(kUser, [&](Peer&) {
    const auto one = OpenOne(node);
    return one ? std::string() : std::string(ErrorCodeName(one.error().code));
  });
  EXPECT_EQ(opened, "unsupported");
}

TEST_F(Sva, Preferred_ChoosesADeviceThatHasIt) {
  const Daemon daemon;
  const std::string said = AsUser(kUser, [](Peer&) -> std::string {
    auto lease = Acquire(
        OneStage("copy", "framework", "uacce", R"(, "sva": "preferred")"));
    if (!lease) return Why(lease);
    const api::Grant* grant = lease->Find("work");
    if (grant == nullptr) return "nothing was granted";
    for (const UacceDevice& device : UacceDevices()) {
      if ("accelerator:" + device.name == grant->device && device.is_switched) {
        return grant->device + " cannot share addresses";
      }
    }
    const Queues opened = OpenQueues(*lease);
    if (opened.queues.size() != 1) return opened.why;
    return CheckQueue(opened.queues[0].get());
  });
  EXPECT_EQ(said, "") << daemon.log();
}

}  // namespace
}  // namespace acceld::vm
