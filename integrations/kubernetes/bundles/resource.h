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

// "acceld.org/decompress-infer", what pods ask for.
[[nodiscard]] std::string FullName(std::string_view name);

struct Resource {
  std::string name;        // "decompress-infer"
  Document pipeline;       // what a unit is
  bool is_device = false;  // a unit is one device, and named for it

  [[nodiscard]] std::string FullName() const;
  friend bool operator==(const Resource&, const Resource&) = default;
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

// Whether a file of this name is a resource's: "*.json" that does not begin
// with a dot.
[[nodiscard]] bool IsResourceFile(std::string_view name);

struct ResourceFile {
  std::string name;  // of the resource
  Result<Resource> resource;
};

// All such files of a directory, by name; each mistake with the file's. Errors:
// kNotFound, kPermissionDenied, kIo (the directory), kInvalidArgument (there is
// none, or too many).
[[nodiscard]] Result<std::vector<ResourceFile>> ReadResourceFiles(
    const std::string& directory);

// Where all of them are right. Errors: as ReadResourceFiles(), and those of a
// file: kInvalidArgument, kPermissionDenied, kIo.
[[nodiscard]] Result<std::vector<Resource>> ReadResources(
    const std::string& directory);

}  // namespace acceld::kubernetes
