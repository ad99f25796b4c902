// A CDI spec: what a container engine is to change in a container that asks for
// one of its devices. A value; PrintSpec() is its JSON text, always in the
// lowest version of the interface that can say it, for engines refuse a file of
// a later version than they know (podman 4.3.1: 0.5.0). What this type can hold
// takes 0.5.0 at most. No threading rule.
//
//   Spec spec;
//   spec.kind = KindOf(kVendor, "drm");
//   Device& device = spec.devices.emplace_back();
//   device.name = "renderD128";
//   device.edits.nodes.push_back(node);           // FindDeviceNode() has it
//   ACCELD_TRY(const std::string text, PrintSpec(spec));
//   ACCELD_TRY_VOID(directory.Write("acceld.org-drm.json", text));
//
// Source: CDI SPEC.md and specs-go/{config,version}.go of
// cncf-tags/container-device-interface.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld::cdi {

// A device node that the container gets.
struct DeviceNode {
  std::string path;       // in the container; absolute
  std::string host_path;  // on the host; "": the same
  char type = 'c';        // 'c', 'b', 'u' (as 'c', not buffered) or 'p' (FIFO)
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::string
      permissions;  // of "rwm" some, once each; "": the engine's default
  // Of the node in the container, by the container's own numbers; where absent,
  // the engine's choice.
  std::optional<std::uint32_t> file_mode;  // permission bits
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

struct Mount {
  std::string host_path;       // absolute
  std::string container_path;  // absolute
  std::string type;            // of the filesystem; "": the engine's (a bind)
  std::vector<std::string> options;  // "ro", "bind", "nosuid", ...
};

// At which moment of a container's life a hook runs.
inline constexpr std::string_view kCreateRuntime = "createRuntime";

// A program that the engine's runtime runs, with its own rights, on the host.
struct Hook {
  std::string name;               // kCreateRuntime, "poststop", ...
  std::string path;               // absolute
  std::vector<std::string> args;  // the first one is the program's name
  std::vector<std::string> env;   // "NAME=VALUE"
  int timeout = 0;                // seconds; 0: the engine's default
};

struct Edits {
  std::vector<std::pair<std::string, std::string>> env;  // name, value
  std::vector<DeviceNode> nodes;
  std::vector<Mount> mounts;
  std::vector<Hook> hooks;

  [[nodiscard]] bool empty() const {
    return env.empty() && nodes.empty() && mounts.empty() && hooks.empty();
  }
};

struct Device {
  std::string name;
  Edits edits;  // not empty: engines refuse a device that changes nothing
};

struct Spec {
  std::string kind;             // "vendor.tld/class"
  std::vector<Device> devices;  // not empty, each name once
  Edits edits;                  // for every device of it
};

// The lowest version that can say it: "0.3.0", "0.4.0" (the type of a mount),
// "0.5.0" (a host path of its own; a device name that begins with a digit) or
// "0.6.0" ('.' in the class).
[[nodiscard]] std::string_view LowestVersion(const Spec& spec);

// What engines refuse, found before they do: names outside the charset or
// twice, no devices, empty edits, relative paths or such with "..", types,
// permissions and variables that are none, numbers out of range, text that is
// no UTF-8. Errors: kInvalidArgument, every mistake with its JSON pointer.
[[nodiscard]] Status CheckSpec(const Spec& spec);

// The text of the file. Errors: as CheckSpec().
[[nodiscard]] Result<std::string> PrintSpec(const Spec& spec);

}  // namespace acceld::cdi
