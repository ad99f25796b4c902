#include "integrations/cdi/spec.h"

#include <algorithm>
#include <string>

#include "base/json.h"

namespace acceld::cdi {
namespace {

Document ToArray(const std::vector<std::string>& texts) {
  Document array = Document::Array{};
  for (const std::string& text : texts) array.Append(text);
  return array;
}

Document ToDocument(const DeviceNode& node) {
  Document document;
  document.Set("path", node.path);
  if (!node.host_path.empty() && node.host_path != node.path) {
    document.Set("hostPath", node.host_path);
  }
  document.Set("type", std::string(1, node.type));
  if (node.type != 'p') {
    document.Set("major", node.major);
    document.Set("minor", node.minor);
  }
  if (node.file_mode) {
    document.Set("fileMode", std::int64_t{*node.file_mode});
  }
  if (!node.permissions.empty()) document.Set("permissions", node.permissions);
  if (node.uid) document.Set("uid", std::int64_t{*node.uid});
  if (node.gid) document.Set("gid", std::int64_t{*node.gid});
  return document;
}

Document ToDocument(const Mount& mount) {
  Document document;
  document.Set("hostPath", mount.host_path);
  document.Set("containerPath", mount.container_path);
  if (!mount.type.empty()) document.Set("type", mount.type);
  if (!mount.options.empty()) document.Set("options", ToArray(mount.options));
  return document;
}

Document ToDocument(const Hook& hook) {
  Document document;
  document.Set("hookName", hook.name);
  document.Set("path", hook.path);
  if (!hook.args.empty()) document.Set("args", ToArray(hook.args));
  if (!hook.env.empty()) document.Set("env", ToArray(hook.env));
  if (hook.timeout > 0) document.Set("timeout", hook.timeout);
  return document;
}

template <typename Parts>
void SetList(Document& document, const char* name, const Parts& parts) {
  if (parts.empty()) return;
  Document list;
  for (const auto& part : parts) list.Append(ToDocument(part));
  document.Set(name, std::move(list));
}

Document ToDocument(const Edits& edits) {
  Document document = Document::Object{};
  if (!edits.env.empty()) {
    Document list;
    for (const auto& [name, value] : edits.env) {
      list.Append(std::string(name).append("=").append(value));
    }
    document.Set("env", std::move(list));
  }
  SetList(document, "deviceNodes", edits.nodes);
  SetList(document, "mounts", edits.mounts);
  SetList(document, "hooks", edits.hooks);
  return document;
}

// In the order of the versions.
enum class Version { k030, k040, k050, k060 };

Version VersionOf(const Edits& edits) {
  Version version = Version::k030;
  for (const Mount& mount : edits.mounts) {
    if (!mount.type.empty()) version = std::max(version, Version::k040);
  }
  for (const DeviceNode& node : edits.nodes) {
    if (!node.host_path.empty() && node.host_path != node.path) {
      version = std::max(version, Version::k050);
    }
  }
  return version;
}

bool BeginsWithDigit(std::string_view name) {
  return !name.empty() && name.front() >= '0' && name.front() <= '9';
}

}  // namespace

std::string_view LowestVersion(const Spec& spec) {
  Version version = VersionOf(spec.edits);
  for (const Device& device : spec.devices) {
    version = std::max(version, VersionOf(device.edits));
    if (BeginsWithDigit(device.name)) {
      version = std::max(version, Version::k050);
    }
  }
  const std::string_view kind = spec.kind;
  const auto slash = std::min(kind.find('/'), kind.size());
  if (kind.substr(slash).find('.') != std::string_view::npos) {
    version = Version::k060;
  }
  switch (version) {
    case Version::k030:
      return "0.3.0";
    case Version::k040:
      return "0.4.0";
    case Version::k050:
      return "0.5.0";
    case Version::k060:
      break;
  }
  return "0.6.0";
}

Result<std::string> PrintSpec(const Spec& spec) {
  ACCELD_TRY_VOID(CheckSpec(spec));
  Document document;
  document.Set("cdiVersion", LowestVersion(spec));
  document.Set("kind", spec.kind);
  Document devices;
  for (const Device& device : spec.devices) {
    devices.Append(Document::Object{
        {"name", device.name}, {"containerEdits", ToDocument(device.edits)}});
  }
  document.Set("devices", std::move(devices));
  if (!spec.edits.empty()) {
    document.Set("containerEdits", ToDocument(spec.edits));
  }
  return PrintJson(document, JsonStyle::kPretty) + "\n";
}

}  // namespace acceld::cdi
