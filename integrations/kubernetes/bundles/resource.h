// Resources of a node, as files say them. A file NAME.json is the resource
// "acceld.org/NAME", in one of two forms: a pipeline (docs/pipeline.md), each
// unit of which is a whole aligned set of devices, or one stage of a pipeline
// without its name, each unit of which is one device. Pure but for reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld::kubernetes {

inline constexpr std::string_view kDomain = "acceld.org";

// Of a node; each is a socket, a registration and a plan every few seconds.
inline constexpr std::size_t kMostResources = 64;

struct Resource {
  std::string name;        // "decompress-infer"
  Document pipeline;       // what a unit is
  bool is_device = false;  // a unit is one device, and named for it

  // "acceld.org/decompress-infer", what pods ask for.
  [[nodiscard]] std::string FullName() const;
};

// A name of 1 to 48 letters, digits, '-', '_' and '.', the first and the last
// one a letter or a digit. Source: Kubernetes, extended resource names.
[[nodiscard]] bool IsResourceName(std::string_view name);

// What a pipeline means is the daemon's to judge. A device is not shared unless
// the file says so. Errors: kInvalidArgument (the name; no JSON object; one
// with both or neither of "stages" and "function"; a device with a name or a
// count).
[[nodiscard]] Result<Resource> ParseResource(const std::string& name,
                                             std::string_view text);

// All files *.json of a directory but those that begin with a dot, by name.
// Errors: kNotFound, kPermissionDenied, kIo (the directory), kInvalidArgument
// (a file, with its name; none; too many).
[[nodiscard]] Result<std::vector<Resource>> ReadResources(
    const std::string& directory);

}  // namespace acceld::kubernetes
