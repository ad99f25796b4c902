#include "integrations/cdi/spec_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "base/document_reader.h"
#include "base/json.h"

namespace acceld::cdi {
namespace {

// Source: specs-go/version.go of cncf-tags/container-device-interface.
constexpr std::array<std::string_view, 8> kVersions{
    "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0"};
constexpr std::int64_t kMaxUint32 = std::numeric_limits<std::uint32_t>::max();

std::optional<std::uint32_t> ReadUint32(ObjectReader& reader,
                                        std::string_view key) {
  const auto number = reader.Integer(key, 0, kMaxUint32);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

void Read(ObjectReader& reader, DeviceNode& node) {
  node.path = reader.RequiredString("path").value_or("");
  node.host_path = reader.String("hostPath").value_or("");
  const std::string type = reader.String("type").value_or("c");
  if (type.size() != 1) reader.Complain("type", "must be b, c, u or p");
  node.type = type.empty() ? '\0' : type.front();
  node.major = reader.Integer("major", 0, kMaxUint32).value_or(0);
  node.minor = reader.Integer("minor", 0, kMaxUint32).value_or(0);
  node.permissions = reader.String("permissions").value_or("");
  node.file_mode = ReadUint32(reader, "fileMode");
  node.uid = ReadUint32(reader, "uid");
  node.gid = ReadUint32(reader, "gid");
}

void Read(ObjectReader& reader, Mount& mount) {
  mount.host_path = reader.RequiredString("hostPath").value_or("");
  mount.container_path = reader.RequiredString("containerPath").value_or("");
  mount.type = reader.String("type").value_or("");
  mount.options = reader.Strings("options");
}

void Read(ObjectReader& reader, Hook& hook) {
  hook.name = reader.RequiredString("hookName").value_or("");
  hook.path = reader.RequiredString("path").value_or("");
  hook.args = reader.Strings("args");
  hook.env = reader.Strings("env");
  const auto timeout =
      reader.Integer("timeout", 1, std::numeric_limits<int>::max());
  hook.timeout = static_cast<int>(timeout.value_or(0));
}

void Read(ObjectReader& reader, Device& device);

template <typename Part>
void ReadList(ObjectReader& reader, std::string_view key,
              std::vector<Part>& parts) {
  const auto* list = reader.Array(key);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader part((*list)[i], PointerTo(reader.PointerOf(key), i),
                      reader.complaints());
    Read(part, parts.emplace_back());
    part.RefuseUnknownKeys();
  }
}

void Read(ObjectReader& reader, Edits& edits) {
  for (const std::string& entry : reader.Strings("env")) {
    const auto equals = entry.find('=');
    if (equals == std::string::npos) {
      reader.Complain("env", "must be NAME=VALUE");
      continue;
    }
    edits.env.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  ReadList(reader, "deviceNodes", edits.nodes);
  ReadList(reader, "mounts", edits.mounts);
  ReadList(reader, "hooks", edits.hooks);
}

void ReadEdits(ObjectReader& reader, Edits& edits) {
  const Document* document = reader.Find("containerEdits");
  if (document == nullptr) return;
  ObjectReader inner(*document, reader.PointerOf("containerEdits"),
                     reader.complaints());
  Read(inner, edits);
  inner.RefuseUnknownKeys();
}

void Read(ObjectReader& reader, Device& device) {
  device.name = reader.RequiredString("name").value_or("");
  ReadEdits(reader, device.edits);
}

}  // namespace

Result<Spec> ParseSpec(std::string_view text) {
  ACCELD_TRY(const Document document, ParseJson(text));
  Complaints complaints;
  ObjectReader reader(document, "", complaints);
  Spec spec;
  const auto version = reader.RequiredString("cdiVersion");
  spec.kind = reader.RequiredString("kind").value_or("");
  ReadList(reader, "devices", spec.devices);
  ReadEdits(reader, spec.edits);
  reader.RefuseUnknownKeys();
  // In the order of time, and so of the text.
  if (version && std::find(kVersions.begin(), kVersions.end(), *version) ==
                     kVersions.end()) {
    reader.Complain("cdiVersion", "is none that there is");
  } else if (version && *version < LowestVersion(spec)) {
    reader.Complain("cdiVersion", "is lower than the content needs");
  }
  if (!complaints.empty()) return Fail(complaints.ToError());
  ACCELD_TRY_VOID(CheckSpec(spec));
  return spec;
}

}  // namespace acceld::cdi
