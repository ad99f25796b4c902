#include "integrations/kubernetes/device_plugin/resource_directory.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace acceld::kubernetes {
namespace {

// A ConfigMap's files are links by way of this one, which the kubelet replaces
// when any of them changes. Source: k8s.io/kubernetes
// pkg/volume/util/atomic_writer.go.
constexpr std::string_view kConfigMapData = "..data";

bool Matters(std::string_view name) {
  return name == kConfigMapData || IsResourceFile(name);
}

void LogRefused(const std::string& resource, const Error& error) {
  Log(LogLevel::kError, "resource_refused",
      {{"resource", resource}, {"reason", error.message}});
}

}  // namespace

Result<ResourceDirectory> ResourceDirectory::Open(const std::string& path) {
  // Before the first look: what comes in between is not missed.
  ACCELD_TRY(DirectoryWatch watch, DirectoryWatch::Open(path, Matters));
  ResourceDirectory directory(path, std::move(watch));
  ACCELD_TRY(directory.resources_, ReadResources(path));
  return directory;
}

bool ResourceDirectory::Follow(SteadyTime now, const Check& check) {
  if (watch_.Next()) quiet_.OnChange(now);
  if (!quiet_.due() || now < *quiet_.due()) return false;
  return Read(check);
}

std::optional<Resource> ResourceDirectory::Choose(ResourceFile file,
                                                  const Check& check) const {
  const auto former =
      std::find_if(resources_.begin(), resources_.end(),
                   [&](const Resource& one) { return one.name == file.name; });
  const bool is_known = former != resources_.end();
  if (file.resource && is_known && *file.resource == *former) return *former;
  Status checked =
      file.resource ? check(*file.resource) : Fail(file.resource.error());
  if (checked) return *std::move(file.resource);
  LogRefused(file.name, checked.error());
  return is_known ? std::optional(*former) : std::nullopt;
}

bool ResourceDirectory::Read(const Check& check) {
  quiet_.Clear();
  auto files = ReadResourceFiles(path_);
  if (!files) {
    LogRefused("all", files.error());
    return false;
  }
  std::vector<Resource> resources;
  for (ResourceFile& file : *files) {
    auto chosen = Choose(std::move(file), check);
    if (chosen) resources.push_back(*std::move(chosen));
  }
  if (resources == resources_) return false;
  resources_ = std::move(resources);
  return true;
}

}  // namespace acceld::kubernetes
