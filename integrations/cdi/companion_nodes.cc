#include "integrations/cdi/companion_nodes.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "base/sys_root.h"
#include "integrations/cdi/device_node.h"

namespace acceld::cdi {
namespace {

constexpr std::string_view kRenderPath = "/dev/dri/renderD";
constexpr std::string_view kCapabilityPath = "/dev/nvidia-caps/nvidia-cap";

struct Companion {
  std::string path;
  std::string_view driver;        // in /proc/devices
  std::optional<unsigned> major;  // where it is always the same
  unsigned minor = 0;
};

std::optional<unsigned> ParseNumber(std::string_view text) {
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

std::vector<Companion> CompanionsOf(const CompanionFacts& facts) {
  if (facts.framework == "drm" && facts.driver == "amdgpu") {
    return {{"/dev/kfd", "kfd", {}, 0}};
  }
  if (facts.framework == "kfd" && facts.render_node.starts_with(kRenderPath)) {
    constexpr unsigned kDrm = 226;
    const auto minor = ParseNumber(
        std::string_view(facts.render_node).substr(kRenderPath.size()));
    if (minor) return {{facts.render_node, {}, kDrm, *minor}};
  }
  if (facts.framework != "nvidia") return {};
  constexpr unsigned kNvidia = 195;
  std::vector<Companion> all = {{"/dev/nvidiactl", {}, kNvidia, 255},
                                {"/dev/nvidia-uvm", "nvidia-uvm", {}, 0},
                                {"/dev/nvidia-uvm-tools", "nvidia-uvm", {}, 1},
                                {"/dev/nvidia-modeset", {}, kNvidia, 254}};
  for (const std::string& path : facts.capability_nodes) {
    if (!path.starts_with(kCapabilityPath)) continue;
    const auto minor =
        ParseNumber(std::string_view(path).substr(kCapabilityPath.size()));
    if (minor) all.push_back({path, "nvidia-caps", {}, *minor});
  }
  return all;
}

}  // namespace

CharacterDrivers ParseCharacterDrivers(std::string_view text) {
  CharacterDrivers drivers;
  bool is_character = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with(':')) is_character = line.starts_with("Character");
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::size_t space = line.find(' ');
    if (!is_character || space == std::string_view::npos) continue;
    const auto number = ParseNumber(line.substr(0, space));
    if (number) drivers.emplace(line.substr(space + 1), *number);
  }
  return drivers;
}

Result<CharacterDrivers> ReadCharacterDrivers() {
  ACCELD_TRY(const SysRoot root, SysRoot::Open("/"));
  ACCELD_TRY(const std::string text,
             root.ReadFile("proc/devices", SysRoot::kFileLimit));
  return ParseCharacterDrivers(text);
}

Result<std::vector<DeviceNode>> FindCompanionNodes(
    const CompanionFacts& facts, const CharacterDrivers& drivers,
    const std::string& root) {
  std::vector<DeviceNode> nodes;
  for (const Companion& one : CompanionsOf(facts)) {
    std::optional<unsigned> major_number = one.major;
    if (!major_number) {
      const auto known = drivers.find(one.driver);
      if (known == drivers.end()) continue;  // not loaded: no node can be its
      major_number = known->second;
    }
    auto node =
        FindDeviceNode(one.path, makedev(*major_number, one.minor), root);
    if (!node && node.error().code == ErrorCode::kNotFound) continue;
    if (!node) return Fail(std::move(node.error()));
    nodes.push_back(*std::move(node));
  }
  return nodes;
}

}  // namespace acceld::cdi
