#include "probes/node_memory.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/attribute_writer.h"
#include "probes/health_report.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {
namespace {

void AddFailures(const AttributeWriter& writer) {
  const std::string file = "memory_failure/total";
  const auto failures = writer.CopyInteger(file, "memory_failures");
  if (!failures) return;
  HealthReport health;
  if (*failures == 0) {
    health.Ok(writer.Path(file));
  } else {
    health.Degraded(
        std::to_string(*failures) + " pages failed and are not used any more",
        writer.Path(file));
  }
  health.AddTo(writer.reader().facts(), writer.key());
}

void AddHugePages(const AttributeWriter& writer) {
  constexpr std::string_view kPrefix = "hugepages-";
  constexpr std::string_view kUnit = "kB";
  constexpr std::int64_t kMostPages = std::int64_t{1} << 40;
  const FactReader& reader = writer.reader();
  const std::string directory = writer.Path("hugepages");
  std::vector<std::string> pools;
  std::int64_t reserved = 0;
  for (const std::string& name : reader.Names(directory)) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kUnit)) continue;
    const auto kib = ParseInteger(std::string_view(name).substr(
        kPrefix.size(), name.size() - kPrefix.size() - kUnit.size()));
    const std::string path = directory + "/" + name + "/nr_hugepages";
    const auto pages = reader.IntegerIn(path, 0, kMostPages);
    if (!pages || *pages == 0) continue;
    std::int64_t bytes = 0;
    if (!kib || *kib <= 0 || __builtin_mul_overflow(*kib, 1024, &bytes) ||
        __builtin_mul_overflow(bytes, *pages, &bytes) ||
        __builtin_add_overflow(reserved, bytes, &reserved)) {
      return reader.Fault(path, ErrorCode::kCorruptInput, "an impossible pool");
    }
    pools.push_back(std::to_string(*pages) + " x " +
                    ToString(Bytes(*kib * 1024)));
  }
  if (pools.empty()) return;
  writer.AddFrom("hugepages", "hugepage_pools", std::move(pools));
  writer.AddFrom("hugepages", "hugepage_reserved", Bytes(reserved));
}

}  // namespace

void AddNodeMemory(const FactReader& reader, int index) {
  const AttributeWriter writer(reader, MemoryKey(index), NodePath(index));
  AddFailures(writer);
  AddHugePages(writer);
}

}  // namespace acceld::probes
