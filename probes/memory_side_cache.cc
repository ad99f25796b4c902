#include "probes/memory_side_cache.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace acceld::probes {
namespace {

constexpr std::string_view kLineSize = "line_size";
constexpr std::string_view kIndexing = "indexing";
constexpr std::string_view kWritePolicy = "write_policy";

std::string CacheKey(int node, int level) {
  return "memory-side-cache:" + std::to_string(node) + "." +
         std::to_string(level);
}

void AddCache(int node, int level, Provenance from, FactSet& facts) {
  const std::string key = CacheKey(node, level);
  facts.AddEntity(key, VertexKind::kMemorySideCache);
  facts.AddRelation(MemoryKey(node), key, RelationKind::kCachedBy,
                    std::move(from));
}

// A number of the directory; a fault and nothing where it is not one.
std::optional<std::int64_t> Read(const SysRoot& root, const std::string& path,
                                 FactSet& facts) {
  auto value = root.ReadInteger(path);
  if (value && *value < 0) value = Fail(ErrorCode::kCorruptInput, "negative");
  if (value) return *value;
  facts.AddFault("/" + path, value.error());
  return std::nullopt;
}

// The kernel's enum cache_indexing and enum cache_write_policy, in their order.
struct WordFile {
  std::string_view name;  // of the file and of the attribute
  std::array<std::string_view, 3> words;
};
constexpr WordFile kIndexingFile = {kIndexing,
                                    {"direct-mapped", "complex", "other"}};
constexpr WordFile kWritePolicyFile = {
    kWritePolicy, {"write-back", "write-through", "other"}};

// Adds the attribute whose word is at the position that the file holds.
void AddWord(const SysRoot& root, const std::string& directory,
             const WordFile& file, const std::string& key, FactSet& facts) {
  const std::string path = directory + "/" + std::string(file.name);
  const auto value = Read(root, path, facts);
  if (!value) return;
  if (static_cast<std::uint64_t>(*value) >= file.words.size()) {
    facts.AddFault("/" + path, {ErrorCode::kCorruptInput, "unknown value"});
    return;
  }
  facts.AddAttribute(key, file.name,
                     std::string(file.words[static_cast<std::size_t>(*value)]),
                     {Evidence::kFirmware, "/" + path});
}

void AddFromSysfs(const SysRoot& root, int node, int level,
                  const std::string& directory, FactSet& facts) {
  const std::string key = CacheKey(node, level);
  AddCache(node, level, {Evidence::kFirmware, "/" + directory}, facts);
  for (const auto& [file, name] :
       {std::pair{"size", attr::kCapacity}, {"line_size", kLineSize}}) {
    const std::string path = directory + "/" + file;
    if (const auto value = Read(root, path, facts)) {
      facts.AddAttribute(key, name, Bytes(*value),
                         {Evidence::kFirmware, "/" + path});
    }
  }
  AddWord(root, directory, kIndexingFile, key, facts);
  AddWord(root, directory, kWritePolicyFile, key, facts);
}

// Whether sysfs has any cache of the node.
bool AddAllFromSysfs(const SysRoot& root, int node, FactSet& facts) {
  constexpr std::string_view kPrefix = "index";
  const std::string directory = NodePath(node) + "/memory_side_cache";
  const auto names = root.List(directory);
  if (!names) {
    if (names.error().code != ErrorCode::kNotFound) {
      facts.AddFault("/" + directory, names.error());
    }
    return false;
  }
  bool found = false;
  for (const std::string& name : *names) {
    if (!name.starts_with(kPrefix)) continue;
    const auto level =
        ParseInteger(std::string_view(name).substr(kPrefix.size()));
    constexpr int kMostLevels = 15;  // HMAT has four bits for it
    if (!level || *level < 0 || *level > kMostLevels) continue;
    std::string cache = directory;
    cache.append("/").append(name);
    AddFromSysfs(root, node, static_cast<int>(*level), cache, facts);
    found = true;
  }
  return found;
}

std::string_view Word(HmatAssociativity associativity) {
  switch (associativity) {
    case HmatAssociativity::kDirectMapped:
      return "direct-mapped";
    case HmatAssociativity::kComplex:
      return "complex";
    case HmatAssociativity::kNone:
      break;
  }
  return "other";
}

std::string_view Word(HmatWritePolicy policy) {
  switch (policy) {
    case HmatWritePolicy::kWriteBack:
      return "write-back";
    case HmatWritePolicy::kWriteThrough:
      return "write-through";
    case HmatWritePolicy::kNone:
      break;
  }
  return "other";
}

void AddFromHmat(int node, const HmatCache& cache, FactSet& facts) {
  const Provenance from = {Evidence::kFirmware,
                           "/sys/firmware/acpi/tables/HMAT"};
  const std::string key = CacheKey(node, cache.level);
  AddCache(node, cache.level, from, facts);
  facts.AddAttribute(key, attr::kCapacity, cache.size, from);
  facts.AddAttribute(key, kLineSize, cache.line_size, from);
  facts.AddAttribute(key, kIndexing, std::string(Word(cache.associativity)),
                     from);
  facts.AddAttribute(key, kWritePolicy, std::string(Word(cache.write_policy)),
                     from);
}

}  // namespace

void AddMemorySideCaches(const SysRoot& root, std::span<const NumaNode> nodes,
                         const HmatByNode& hmat, FactSet& facts) {
  for (const NumaNode& node : nodes) {
    if (node.memory == Bytes(0)) continue;
    if (AddAllFromSysfs(root, node.index, facts)) continue;
    for (const auto& [target, cache] : hmat.caches) {
      if (target == node.index) AddFromHmat(target, cache, facts);
    }
  }
}

}  // namespace acceld::probes
