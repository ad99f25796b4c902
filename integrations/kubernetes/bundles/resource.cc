#include "integrations/kubernetes/bundles/resource.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/json.h"
#include "base/units.h"
#include "client/input_file.h"

namespace acceld::kubernetes {
namespace {

constexpr std::size_t kLongestName = 48;  // with the unit's it is a label
constexpr Bytes kMostBytes(std::int64_t{256} << 10);
constexpr std::string_view kEnding = ".json";

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

// What of a file with one stage belongs to the pipeline around it.
bool IsOfPipeline(std::string_view key) {
  return key == "$schema" || key == "description" || key == "policy" ||
         key == "deadline" || key == "client";
}

Document PipelineOf(const Document::Object& stage) {
  Document::Object around;
  Document::Object inner{{"name", "device"}};
  bool says_sharing = false;
  for (const auto& [key, value] : stage) {
    says_sharing = says_sharing || key == "sharing";
    (IsOfPipeline(key) ? around : inner).emplace_back(key, value);
  }
  if (!says_sharing) inner.emplace_back("sharing", "exclusive");
  around.emplace_back("stages", Document::Array{std::move(inner)});
  return around;
}

Result<std::string> ReadText(const std::filesystem::path& path) {
  std::error_code error;
  // Files of a ConfigMap are links. What is no file may never end, or begin.
  if (!std::filesystem::is_regular_file(path, error) && !error) {
    return Fail(ErrorCode::kInvalidArgument, path.string() + ": is no file");
  }
  return client::ReadInput(path.string(), kMostBytes);
}

Result<std::vector<std::filesystem::path>> FilesOf(
    const std::string& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(directory, error), end;
       !error && entry != end; entry.increment(error)) {
    if (IsResourceFile(entry->path().filename().string())) {
      files.push_back(entry->path());
    }
  }
  if (error) return FailErrno(directory, error.value());
  std::sort(files.begin(), files.end());
  return files;
}

Result<Resource> ReadResource(const std::filesystem::path& file) {
  ACCELD_TRY(const std::string text, ReadText(file));
  auto resource = ParseResource(file.stem().string(), text);
  if (!resource) return Fail(std::move(resource.error()).In(file.string()));
  return resource;
}

}  // namespace

std::string FullName(std::string_view name) {
  return std::string(kDomain).append("/").append(name);
}

std::string Resource::FullName() const { return kubernetes::FullName(name); }

bool IsResourceName(std::string_view name) {
  const auto allowed = [](char c) {
    return IsLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kLongestName &&
         IsLetterOrDigit(name.front()) && IsLetterOrDigit(name.back()) &&
         std::all_of(name.begin(), name.end(), allowed);
}

Result<Resource> ParseResource(const std::string& name, std::string_view text) {
  if (!IsResourceName(name)) {
    return Fail(ErrorCode::kInvalidArgument,
                "the file's name is the resource's: 1 to 48 letters, digits, "
                "'-', '_' and '.', a letter or digit first and last");
  }
  ACCELD_TRY(Document document, ParseJson(text));
  const Document::Object* object = document.AsObject();
  const bool is_pipeline = object != nullptr && document.Find("stages");
  const bool is_device = object != nullptr && document.Find("function");
  if (is_pipeline == is_device) {
    return Fail(ErrorCode::kInvalidArgument,
                "is neither a pipeline ({\"stages\": [...]}) nor a device "
                "({\"function\": ...})");
  }
  if (is_device) {
    for (const char* key : {"name", "count"}) {
      if (document.Find(key) == nullptr) continue;
      return Fail(ErrorCode::kInvalidArgument,
                  std::string("/") + key + ": a unit is one device");
    }
    return Resource{name, PipelineOf(*object), true};
  }
  return Resource{name, std::move(document), false};
}

bool IsResourceFile(std::string_view name) {
  return name.ends_with(kEnding) && !name.starts_with('.');
}

Result<std::vector<ResourceFile>> ReadResourceFiles(
    const std::string& directory) {
  ACCELD_TRY(const auto files, FilesOf(directory));
  if (files.empty() || files.size() > kMostResources) {
    return Fail(ErrorCode::kInvalidArgument,
                directory + ": " + std::to_string(files.size()) +
                    " files *.json; there must be 1 to " +
                    std::to_string(kMostResources));
  }
  std::vector<ResourceFile> read;
  for (const auto& file : files) {
    read.push_back({file.stem().string(), ReadResource(file)});
  }
  return read;
}

Result<std::vector<Resource>> ReadResources(const std::string& directory) {
  ACCELD_TRY(auto files, ReadResourceFiles(directory));
  std::vector<Resource> resources;
  for (ResourceFile& file : files) {
    ACCELD_TRY(Resource resource, std::move(file.resource));
    resources.push_back(std::move(resource));
  }
  return resources;
}

}  // namespace acceld::kubernetes
