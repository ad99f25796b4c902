// Link buffers on a kernel with several NUMA nodes: the pages are where the
// placement says, whoever faults them.
#include <gtest/gtest.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

constexpr std::size_t kPage = 4096;

// The node of each page, a negative errno where a page has none.
std::vector<int> NodesOf(std::span<std::byte> bytes) {
  std::vector<void*> pages;
  for (std::size_t at = 0; at < bytes.size(); at += kPage) {
    pages.push_back(&bytes[at]);
  }
  std::vector<int> nodes(pages.size(), -EINVAL);
  // Without target nodes it moves nothing and tells where the pages are.
  ::syscall(SYS_move_pages, 0, pages.size(), pages.data(), nullptr,
            nodes.data(), 0);
  return nodes;
}

// This process's pages go to `node`, unless something else says otherwise.
bool PreferNode(unsigned node) {
  const unsigned long mask = 1UL << node;
  return ::syscall(SYS_set_mempolicy, MPOL_BIND, &mask, 64) == 0;
}

std::string Pipeline(const std::string& kind, const std::string& more) {
  return R"({"stages": [{"name": "work", "function": "copy"}],
             "links": [{"from": "host", "to": "work",
                        "buffer": {"size": "3MiB", "kind": ")" +
         kind + '"' + more + "}}]}";
}

// What the kernel says of the mapping that begins here, "2048 kB".
std::string PageSizeAt(const std::byte* begin) {
  std::ostringstream wanted;
  wanted << std::hex << reinterpret_cast<std::uintptr_t>(begin) << '-';
  constexpr std::string_view kKey = "KernelPageSize:";
  std::ifstream maps("/proc/self/smaps");
  bool is_it = false;
  for (std::string line; std::getline(maps, line);) {
    is_it = is_it || line.starts_with(wanted.str());
    if (!is_it || !line.starts_with(kKey)) continue;
    return line.substr(line.find_first_not_of(' ', kKey.size()));
  }
  return "";
}

// Takes a buffer of `kind`, faults it under the policy of another node, and
// compares with the node that the placement names.
std::string FaultBuffer(const std::string& kind, const std::string& more = "",
                        const std::string& page_size = "4 kB") {
  auto lease = Acquire(Pipeline(kind, more));
  if (!lease) return Why(lease);
  const api::Grant* grant = lease->FindBuffer(0);
  if (grant == nullptr) return "no buffer was granted";
  auto buffer = lease->MapBuffer(0);
  if (!buffer) return Why(buffer);
  // On this machine the operating system numbers nodes as the keys do.
  const std::string prefix = "memory:";
  if (!grant->device.starts_with(prefix)) return "it is on " + grant->device;
  const int chosen = std::stoi(grant->device.substr(prefix.size()));
  if (!PreferNode(chosen == 1 ? 0 : 1)) return "set_mempolicy failed";
  std::memset(buffer->bytes().data(), 1, buffer->bytes().size());
  for (const int node : NodesOf(buffer->bytes())) {
    if (node == chosen) continue;
    return "a page of " + grant->device + " is on node " + std::to_string(node);
  }
  const std::string size = PageSizeAt(buffer->bytes().data());
  if (size != page_size) return "its pages have " + size;
  const bool is_hbm = chosen >= 2;
  if (is_hbm != (kind == "hbm"))
    return "a " + kind + " buffer is on node " + std::to_string(chosen);
  return {};
}

TEST(Buffer, PagesOfALink_FaultedByTheClient_AreOnTheChosenHbm) {
  const Daemon daemon;
  EXPECT_EQ(AsUser(kUser, [](Peer&) { return FaultBuffer("hbm"); }), "");
}

TEST(Buffer, PagesOfALink_FaultedByTheClient_AreOnTheChosenDram) {
  const Daemon daemon;
  EXPECT_EQ(AsUser(kUser, [](Peer&) { return FaultBuffer("ddr"); }), "");
}

// Huge pages of the HBM nodes' pools, while it lives.
class HugePools {
 public:
  HugePools() { Set("4"); }
  ~HugePools() { Set("0"); }

 private:
  static void Set(const std::string& pages) {
    for (const std::string node : {"2", "3"}) {
      WriteAttribute("/sys/devices/system/node/node" + node +
                         "/hugepages/hugepages-2048kB/nr_hugepages",
                     pages);
    }
  }
};

TEST(Buffer, HugePages_ComeFromTheChosenHbm) {
  const HugePools pools;
  const Daemon daemon;
  EXPECT_EQ(AsUser(kUser,
                   [](Peer&) {
                     return FaultBuffer("hbm", R"(, "huge_pages": true)",
                                        "2048 kB");
                   }),
            "");
}

TEST(Buffer, HugePagesThatThePoolHasNot_AreRefused) {
  const Daemon daemon;
  const std::string said = AsUser(kUser, [](Peer&) {
    return Why(Acquire(Pipeline("hbm", R"(, "huge_pages": true)")));
  });
  EXPECT_NE(said.find("0 huge pages"), std::string::npos) << said;
}

// More than the node has would wake the OOM killer, on bystanders too.
TEST(Buffer, MoreThanTheNodeHasFree_IsRefused_AndNobodyDies) {
  const Daemon daemon;
  const std::string said = AsUser(kUser, [](Peer&) {
    const auto lease = Acquire(
        R"({"stages": [{"name": "work", "function": "copy"}],
            "links": [{"from": "host", "to": "work",
                       "buffer": {"size": "2GiB", "kind": "hbm"}}]})");
    return Why(lease);
  });
  EXPECT_NE(said, "");
  EXPECT_EQ(AsUser(kUser, [](Peer&) { return FaultBuffer("hbm"); }), "");
}

}  // namespace
}  // namespace acceld::vm
