#include "probes/recording/link_text.h"

#include <algorithm>

namespace acceld::recording {
namespace {

std::string Joined(const std::vector<std::string_view>& parts) {
  std::string path;
  for (const std::string_view part : parts) {
    if (!path.empty()) path += '/';
    path += part;
  }
  return path;
}

// The directory that holds `path`.
std::vector<std::string_view> DirectoryOf(std::string_view path) {
  std::vector<std::string_view> parts = PathParts(path);
  if (!parts.empty()) parts.pop_back();
  return parts;
}

}  // namespace

std::vector<std::string_view> PathParts(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t size = std::min(path.find('/'), path.size());
    if (size != 0) parts.push_back(path.substr(0, size));
    path.remove_prefix(std::min(size + 1, path.size()));
  }
  return parts;
}

bool StaysInside(std::string_view path, std::string_view text) {
  if (text.empty() || text.front() == '/') return false;
  std::size_t above = DirectoryOf(path).size();
  bool named = false;
  for (const std::string_view part : PathParts(text)) {
    if (part == ".") continue;
    if (part != "..") {
      named = true;
    } else if (named || above-- == 0) {
      return false;
    }
  }
  return true;
}

std::string RelativeLink(std::string_view path, std::string_view target) {
  const auto from = DirectoryOf(path);
  const auto to = PathParts(target);
  const auto [last_from, last_to] =
      std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  std::vector<std::string_view> parts(
      static_cast<std::size_t>(from.end() - last_from), "..");
  parts.insert(parts.end(), last_to, to.end());
  return parts.empty() ? "." : Joined(parts);
}

std::string LexicalTarget(std::string_view path, std::string_view text) {
  std::vector<std::string_view> parts;
  if (!text.starts_with('/')) parts = DirectoryOf(path);
  for (const std::string_view part : PathParts(text)) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return Joined(parts);
}

}  // namespace acceld::recording
