// CheckSpec(): what engines refuse, found before they do.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "base/document_reader.h"
#include "base/utf8.h"
#include "integrations/cdi/names.h"
#include "integrations/cdi/spec.h"

namespace acceld::cdi {
namespace {

// The kernel's dev_t has 12 bits of major and 20 of minor number
// (include/linux/kdev_t.h).
constexpr std::int64_t kMaxMajor = (std::int64_t{1} << 12) - 1;
constexpr std::int64_t kMaxMinor = (std::int64_t{1} << 20) - 1;
constexpr std::uint32_t kPermissionBits = 07777;
constexpr std::array<std::string_view, 6> kHookNames{
    "prestart",       kCreateRuntime, "createContainer",
    "startContainer", "poststart",    "poststop"};

// One part of a spec under examination, and where its complaints go.
class Examined {
 public:
  Examined(std::string pointer, Complaints& complaints)
      : pointer_(std::move(pointer)), complaints_(complaints) {}

  [[nodiscard]] Examined At(std::string_view key) const {
    return {PointerTo(pointer_, key), complaints_};
  }
  [[nodiscard]] Examined At(std::size_t index) const {
    return {PointerTo(pointer_, index), complaints_};
  }
  void Demand(bool holds, const char* demand) const {
    if (!holds) complaints_.Add(pointer_, demand);
  }

  void Text(std::string_view text) const {
    Demand(IsUtf8(text) && text.find('\0') == std::string_view::npos,
           "must be UTF-8 without NUL");
  }
  void Path(std::string_view path) const {
    Text(path);
    Demand(path.starts_with('/'), "must be an absolute path");
    Demand(std::string(path).append("/").find("/../") == std::string::npos,
           "must have no \"..\"");
  }

 private:
  std::string pointer_;
  Complaints& complaints_;
};

bool IsVariableName(std::string_view name) {
  return !name.empty() && name.find_first_of("=\n") == std::string_view::npos;
}

bool ArePermissions(std::string_view text) {
  std::set<char> seen;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::string_view("rwm").find(c) != std::string_view::npos &&
           seen.insert(c).second;
  });
}

void Examine(const DeviceNode& node, const Examined& at) {
  at.At("path").Path(node.path);
  if (!node.host_path.empty()) at.At("hostPath").Path(node.host_path);
  at.At("type").Demand(
      std::string_view("bcup").find(node.type) != std::string_view::npos,
      "must be b, c, u or p");
  at.At("major").Demand(node.major >= 0 && node.major <= kMaxMajor,
                        "must be 0 to 4095");
  at.At("minor").Demand(node.minor >= 0 && node.minor <= kMaxMinor,
                        "must be 0 to 1048575");
  // Engines take 0 for "not said" and look the number up by the path.
  at.At("major").Demand(node.type == 'p' || node.major != 0, "must not be 0");
  at.At("permissions")
      .Demand(ArePermissions(node.permissions), "must be of r, w and m");
  at.At("fileMode")
      .Demand(node.file_mode.value_or(0) <= kPermissionBits,
              "must be permission bits");
}

void Examine(const Mount& mount, const Examined& at) {
  at.At("hostPath").Path(mount.host_path);
  at.At("containerPath").Path(mount.container_path);
  at.At("type").Text(mount.type);
  for (std::size_t i = 0; i < mount.options.size(); ++i) {
    at.At("options").At(i).Text(mount.options[i]);
  }
}

void Examine(const Hook& hook, const Examined& at) {
  at.At("hookName")
      .Demand(std::find(kHookNames.begin(), kHookNames.end(), hook.name) !=
                  kHookNames.end(),
              "must be the name of a hook");
  at.At("path").Path(hook.path);
  for (std::size_t i = 0; i < hook.args.size(); ++i) {
    at.At("args").At(i).Text(hook.args[i]);
  }
  for (std::size_t i = 0; i < hook.env.size(); ++i) {
    at.At("env").At(i).Text(hook.env[i]);
    at.At("env").At(i).Demand(hook.env[i].find('=') != std::string::npos,
                              "must be NAME=VALUE");
  }
  at.At("timeout").Demand(hook.timeout >= 0, "must not be negative");
}

template <typename Part>
void ExamineAll(const std::vector<Part>& parts, const Examined& at) {
  for (std::size_t i = 0; i < parts.size(); ++i) Examine(parts[i], at.At(i));
}

void Examine(const Edits& edits, const Examined& at) {
  for (std::size_t i = 0; i < edits.env.size(); ++i) {
    const auto& [name, value] = edits.env[i];
    at.At("env").At(i).Demand(IsVariableName(name), "must be NAME=VALUE");
    at.At("env").At(i).Text(name);
    at.At("env").At(i).Text(value);
  }
  ExamineAll(edits.nodes, at.At("deviceNodes"));
  ExamineAll(edits.mounts, at.At("mounts"));
  ExamineAll(edits.hooks, at.At("hooks"));
}

bool IsKind(std::string_view kind) {
  const auto slash = kind.find('/');
  return slash != std::string_view::npos && IsVendor(kind.substr(0, slash)) &&
         IsClass(kind.substr(slash + 1));
}

}  // namespace

Status CheckSpec(const Spec& spec) {
  Complaints complaints;
  const Examined root("", complaints);
  root.At("kind").Demand(IsKind(spec.kind), "must be VENDOR/CLASS");
  root.At("devices").Demand(!spec.devices.empty(), "must not be empty");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const Device& device = spec.devices[i];
    const Examined at = root.At("devices").At(i);
    at.At("name").Demand(IsDeviceName(device.name), "must be a device name");
    at.At("name").Demand(names.insert(device.name).second, "is there twice");
    at.At("containerEdits").Demand(!device.edits.empty(), "must not be empty");
    Examine(device.edits, at.At("containerEdits"));
  }
  Examine(spec.edits, root.At("containerEdits"));
  if (!complaints.empty()) return Fail(complaints.ToError());
  return {};
}

}  // namespace acceld::cdi
