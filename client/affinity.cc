#include "client/affinity.h"

#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "base/cpu_list.h"

namespace acceld::client {
namespace {

constexpr int kMostNodes = 1024;  // MAX_NUMNODES of the largest kernels

// A set of CPUs of any size. Source: CPU_SET(3).
class CpuSet {
 public:
  CpuSet() : set_(CPU_ALLOC(kMostCpus)), size_(CPU_ALLOC_SIZE(kMostCpus)) {
    if (set_ != nullptr) CPU_ZERO_S(size_, set_.get());
  }
  [[nodiscard]] bool valid() const { return set_ != nullptr; }
  [[nodiscard]] bool Get() const {
    return ::sched_getaffinity(0, size_, set_.get()) == 0;
  }
  [[nodiscard]] bool Put() const {
    return ::sched_setaffinity(0, size_, set_.get()) == 0;
  }
  void Add(int cpu) {
    CPU_SET_S(static_cast<std::size_t>(cpu), size_, set_.get());
  }
  [[nodiscard]] bool Has(int cpu) const {
    return CPU_ISSET_S(static_cast<std::size_t>(cpu), size_, set_.get()) != 0;
  }

 private:
  struct Free {
    void operator()(cpu_set_t* set) const { CPU_FREE(set); }
  };
  std::unique_ptr<cpu_set_t, Free> set_;
  std::size_t size_;
};

// "numa:1" -> 1; -1 where it names no node.
int NodeOf(const Document& placement) {
  const Document* host = placement.Find("host");
  const auto* key = host == nullptr ? nullptr : host->AsString();
  constexpr std::string_view kPrefix = "numa:";
  if (key == nullptr || !key->starts_with(kPrefix)) return -1;
  const auto number =
      ParseInteger(std::string_view(*key).substr(kPrefix.size()));
  return number && *number >= 0 && *number < kMostNodes
             ? static_cast<int>(*number)
             : -1;
}

// The list that the request has, null where it leaves the choice to acceld.
const std::string* CpusOf(const Document& pipeline) {
  const Document* client = pipeline.Find("client");
  const Document* cpus = client == nullptr ? nullptr : client->Find("cpus");
  const auto* text = cpus == nullptr ? nullptr : cpus->AsString();
  return text == nullptr || *text == "near" ? nullptr : text;
}

}  // namespace

Result<Affinity> AffinityOf(const Document& pipeline, const Document& placement,
                            const SysRoot& root) {
  Affinity affinity;
  affinity.node = NodeOf(placement);
  if (affinity.node < 0) return Affinity();
  auto text = root.ReadAttribute("sys/devices/system/node/node" +
                                 std::to_string(affinity.node) + "/cpulist");
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) return Affinity();
    return Fail(std::move(text.error()));
  }
  const std::string* asked = CpusOf(pipeline);
  ACCELD_TRY(const std::vector<int> cpus,
             ParseCpuList(asked == nullptr ? *text : *asked));
  const CpuSet mine;
  if (!mine.valid() || !mine.Get()) {
    return FailErrno("which CPUs this process may use", errno);
  }
  std::copy_if(cpus.begin(), cpus.end(), std::back_inserter(affinity.cpus),
               [&](int cpu) { return mine.Has(cpu); });
  return affinity;
}

Status KeepTo(const Affinity& affinity) {
  if (affinity.cpus.empty()) return {};
  CpuSet wanted;
  if (!wanted.valid()) return FailErrno("a set of CPUs", ENOMEM);
  for (const int cpu : affinity.cpus) wanted.Add(cpu);
  if (!wanted.Put()) {
    return FailErrno("keep to CPUs " + FormatCpuList(affinity.cpus), errno);
  }
  constexpr int kBits = CHAR_BIT * sizeof(unsigned long);
  std::vector<unsigned long> nodes(kMostNodes / kBits);
  nodes[static_cast<std::size_t>(affinity.node / kBits)] =
      1UL << (affinity.node % kBits);
  // The kernel takes one less than it is told (set_mempolicy(2), BUGS).
  if (::syscall(SYS_set_mempolicy, MPOL_PREFERRED, nodes.data(),
                kMostNodes + 1UL) == 0 ||
      errno == ENOSYS || errno == EPERM || errno == EINVAL) {
    return {};
  }
  return FailErrno("take memory from node " + std::to_string(affinity.node),
                   errno);
}

}  // namespace acceld::client
