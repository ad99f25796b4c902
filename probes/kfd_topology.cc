#include "probes/kfd_topology.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace acceld::probes {
namespace {

// The driver numbers nodes from 0; the largest machines have some hundred.
constexpr std::int64_t kMostNodes = 4096;

std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// Nothing where the file is absent or, with a fault, not readable. Lines that
// are none are a fault; the rest stands.
std::optional<KfdProperties> ReadProperties(const FactReader& reader,
                                            const std::string& directory) {
  KfdProperties properties{directory + "/properties", {}};
  const auto text = reader.Text(properties.path);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  bool is_sound = true;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
    const std::size_t space = std::min(line.find(' '), line.size());
    const auto number =
        ParseNumber(line.substr(std::min(space + 1, line.size())));
    if (number && space > 0) {
      properties.values.emplace(line.substr(0, space), *number);
    } else {
      is_sound = false;
    }
  }
  if (!is_sound) {
    reader.Fault(properties.path, ErrorCode::kCorruptInput,
                 "a line is no NAME NUMBER");
  }
  return properties;
}

// "0", "1", ... of a directory, in the order of numbers.
std::vector<int> Numbers(const FactReader& reader, const std::string& path) {
  std::vector<int> numbers;
  for (const std::string& name : reader.Names(path)) {
    const auto number = ParseInteger(name);
    // "007" and "0x7" would be read as another one's directory.
    if (!number || *number < 0 || *number >= kMostNodes ||
        std::to_string(*number) != name) {
      continue;
    }
    numbers.push_back(static_cast<int>(*number));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<KfdProperties> ReadAll(const FactReader& reader,
                                   const std::string& path) {
  std::vector<KfdProperties> all;
  for (const int number : Numbers(reader, path)) {
    if (auto one =
            ReadProperties(reader, path + "/" + std::to_string(number))) {
      all.push_back(*std::move(one));
    }
  }
  return all;
}

// Both are 32 bits wide in the driver. Cut to that, larger ones would be the
// address of another function.
bool HasPciAddress(const KfdProperties& properties) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return properties.Get("domain") <= kMost &&
         properties.Get("location_id") <= kMost;
}

}  // namespace

std::uint64_t KfdProperties::Get(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? 0 : found->second;
}

std::int64_t KfdProperties::GetAmount(std::string_view name) const {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(Get(name), kMost));
}

std::vector<KfdNode> ReadKfdNodes(const FactReader& reader) {
  const std::string nodes = std::string(kKfd) + "/topology/nodes";
  std::vector<KfdNode> all;
  for (const int index : Numbers(reader, nodes)) {
    KfdNode node;
    node.index = index;
    node.path = nodes + "/" + std::to_string(index);
    auto properties = ReadProperties(reader, node.path);
    if (!properties) continue;
    node.properties = *std::move(properties);
    if (!HasPciAddress(node.properties)) {
      reader.Fault(node.properties.path, ErrorCode::kCorruptInput,
                   "domain or location_id has more than 32 bits");
      continue;
    }
    node.links = ReadAll(reader, node.path + "/io_links");
    if (node.IsGpu()) {
      node.name = reader.Text(node.path + "/name").value_or("");
      node.banks = ReadAll(reader, node.path + "/mem_banks");
      node.peers = ReadAll(reader, node.path + "/p2p_links");
    }
    all.push_back(std::move(node));
  }
  return all;
}

}  // namespace acceld::probes
