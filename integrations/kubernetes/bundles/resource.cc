#include "integrations/kubernetes/bundles/resource.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/json.h"

namespace acceld::kubernetes {
namespace {

constexpr std::size_t kLongestName = 48;  // with the unit's it is a label
constexpr std::uintmax_t kMostBytes = std::uintmax_t{256} << 10;
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
  // Files of a ConfigMap are links.
  const auto size = std::filesystem::file_size(path, error);
  if (error) return FailErrno(path.filename().string(), error.value());
  if (size > kMostBytes) {
    return Fail(ErrorCode::kInvalidArgument, "larger than 256 KiB");
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad() || text.size() > kMostBytes) {
    return Fail(ErrorCode::kIo, "cannot be read");
  }
  return text;
}

Result<std::vector<std::filesystem::path>> FilesOf(
    const std::string& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(directory, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(kEnding) && !name.starts_with(".")) {
      files.push_back(entry->path());
    }
  }
  if (error) return FailErrno(directory, error.value());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::string Resource::FullName() const {
  return std::string(kDomain) + "/" + name;
}

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

Result<std::vector<Resource>> ReadResources(const std::string& directory) {
  ACCELD_TRY(const auto files, FilesOf(directory));
  if (files.empty() || files.size() > kMostResources) {
    return Fail(ErrorCode::kInvalidArgument,
                directory + ": " + std::to_string(files.size()) +
                    " files *.json; there must be 1 to " +
                    std::to_string(kMostResources));
  }
  std::vector<Resource> resources;
  for (const auto& file : files) {
    auto text = ReadText(file);
    if (!text) return Fail(std::move(text.error()).In(file.string()));
    auto resource = ParseResource(file.stem().string(), *text);
    if (!resource) return Fail(std::move(resource.error()).In(file.string()));
    resources.push_back(*std::move(resource));
  }
  return resources;
}

}  // namespace acceld::kubernetes
