#include "probes/fact_reader.h"

#include <utility>

#include "base/utf8.h"

namespace acceld::probes {

std::optional<std::string> FactReader::Text(const std::string& path) const {
  if (IsKnownAbsent(path)) return std::nullopt;
  auto text = root_.ReadAttribute(path);
  if (text) return *std::move(text);
  NoteAbsent(path, text.error());
  return std::nullopt;
}

std::optional<std::string> FactReader::SharedText(
    const std::string& path) const {
  if (known_ != nullptr) {
    const auto known = known_->texts.find(path);
    if (known != known_->texts.end()) return known->second;
  }
  const auto [shared, is_new] = shared_.try_emplace(path);
  if (!is_new) return shared->second;
  shared->second = Text(path);
  if (known_ != nullptr && shared->second) {
    known_->texts.emplace(path, *shared->second);
  }
  return shared->second;
}

std::optional<std::int64_t> FactReader::Integer(const std::string& path) const {
  const auto number = root_.ReadInteger(path);
  if (number) return *number;
  FaultUnlessAbsent(path, number.error());
  return std::nullopt;
}

std::optional<std::int64_t> FactReader::IntegerIn(const std::string& path,
                                                  std::int64_t low,
                                                  std::int64_t high) const {
  const auto number = Integer(path);
  if (!number || (*number >= low && *number <= high)) return number;
  Fault(path, ErrorCode::kCorruptInput,
        std::to_string(*number) + " is not in " + std::to_string(low) + ".." +
            std::to_string(high));
  return std::nullopt;
}

std::optional<std::string> FactReader::LinkText(const std::string& path) const {
  if (known_ != nullptr) {
    const auto known = known_->links.find(path);
    if (known != known_->links.end()) return known->second;
  }
  if (IsKnownAbsent(path)) return std::nullopt;
  auto text = root_.ReadLink(path);
  if (!text) {
    NoteAbsent(path, text.error());
    return std::nullopt;
  }
  if (known_ != nullptr) known_->links.emplace(path, *text);
  return *std::move(text);
}

std::optional<std::string> FactReader::LinkName(const std::string& path) const {
  auto text = LinkText(path);
  if (!text) return std::nullopt;
  while (text->ends_with('/')) text->pop_back();
  std::string name = text->substr(text->rfind('/') + 1);  // npos + 1 is 0
  if (!name.empty() && name != "." && name != ".." && IsUtf8(name) &&
      Printable(name) == name) {
    return name;
  }
  Fault(path, ErrorCode::kCorruptInput, "the link names nothing");
  return std::nullopt;
}

std::optional<std::string> FactReader::Canonical(
    const std::string& path) const {
  auto real = root_.Canonical(path);
  if (real) return *std::move(real);
  // A dangling link answers as an absent one does; the link itself is there.
  if (real.error().code != ErrorCode::kNotFound || root_.ReadLink(path)) {
    Fault(path, real.error().code, real.error().message);
  }
  return std::nullopt;
}

bool FactReader::Exists(const std::string& path) const {
  if (IsKnownAbsent(path)) return false;
  if (root_.Exists(path)) return true;
  if (known_ != nullptr) known_->absent.insert(path);
  return false;
}

std::vector<std::string> FactReader::Names(const std::string& path) const {
  auto names = root_.List(path);
  if (names) return *std::move(names);
  FaultUnlessAbsent(path, names.error());
  return {};
}

void FactReader::Fault(std::string_view path, ErrorCode code,
                       std::string what) const {
  facts_.AddFault("/" + std::string(path), Error{code, std::move(what), 0});
}

bool FactReader::IsKnownAbsent(const std::string& path) const {
  return known_ != nullptr && known_->absent.contains(path);
}

void FactReader::NoteAbsent(const std::string& path, const Error& error) const {
  if (known_ != nullptr && error.code == ErrorCode::kNotFound) {
    known_->absent.insert(path);
  }
  FaultUnlessAbsent(path, error);
}

void FactReader::FaultUnlessAbsent(const std::string& path,
                                   const Error& error) const {
  if (error.code != ErrorCode::kNotFound) {
    Fault(path, error.code, error.message);
  }
}

Provenance FromKernel(std::string_view path) {
  return {Evidence::kFirmware, "/" + std::string(path)};
}

}  // namespace acceld::probes
