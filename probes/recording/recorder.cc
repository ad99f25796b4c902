#include "probes/recording/recorder.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/utf8.h"
#include "probes/recording/link_text.h"

namespace acceld::recording {
namespace {

constexpr int kMostLinks = 40;  // on one way, as in Linux

std::string Below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name)
                           : std::string(directory).append("/").append(name);
}

// The link's text, or another that leads to the same place and stays inside.
std::string TextFor(const SysRoot& root, const std::string& path,
                    std::string text) {
  if (StaysInside(path, text)) return text;
  const auto real = root.Canonical(path);
  return RelativeLink(path, real ? *real : LexicalTarget(path, text));
}

}  // namespace

std::optional<FileKind> Recorder::Look(const std::string& path) {
  if (const auto known = entries_.find(path); known != entries_.end()) {
    return known->second.kind;
  }
  const auto kind = root_.KindOf(path);
  if (!kind) return std::nullopt;
  if (*kind == FileKind::kFile || *kind == FileKind::kOther) return *kind;
  Entry entry{*kind, {}, true};
  if (*kind == FileKind::kLink) {
    auto text = root_.ReadLink(path);
    if (!text) return std::nullopt;  // it left meanwhile
    entry.text = TextFor(root_, path, *std::move(text));
  }
  if (!HasRoomFor(path, entry.text.size())) return std::nullopt;
  entries_.emplace(path, std::move(entry));
  return *kind;
}

std::optional<std::string> Recorder::Place(std::string_view path, bool follow) {
  std::deque<std::string> rest;
  for (const std::string_view part : PathParts(path)) rest.emplace_back(part);
  std::string place;
  int links = 0;
  while (!rest.empty()) {
    const std::string part = std::move(rest.front());
    rest.pop_front();
    if (part == ".") continue;
    if (part == "..") {
      const std::size_t slash = place.rfind('/');
      place.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    const std::string next = Below(place, part);
    const auto kind = Look(next);
    if (!kind) return std::nullopt;
    if (*kind == FileKind::kLink && (follow || !rest.empty())) {
      if (++links > kMostLinks) return std::nullopt;
      const auto parts = PathParts(entries_.at(next).text);
      rest.insert(rest.begin(), parts.begin(), parts.end());
      continue;
    }
    if (*kind != FileKind::kDirectory && !rest.empty()) return std::nullopt;
    place = next;
  }
  return place;
}

bool Recorder::HasRoomFor(const std::string& path, std::size_t bytes) {
  if (entries_.size() < kMostEntries && bytes <= kMostBytes - bytes_) {
    return true;
  }
  Refuse(path, ErrorCode::kNoMemory, "the recording is full");
  return false;
}

void Recorder::Refuse(const std::string& path, ErrorCode code,
                      std::string why) {
  // Where all is too much, the list of it is, too.
  if (unread_.size() >= kMostEntries) return;
  unread_.emplace(path, Unread{path, code, std::move(why)});
}

Entry& Recorder::FileAt(const std::string& path) {
  return entries_.try_emplace(path, Entry{FileKind::kFile, {}, false})
      .first->second;
}

void Recorder::OnFile(std::string_view path, std::string_view bytes) {
  const auto place = Place(path);
  if (!place) return;
  if (bytes.size() > kMostBytesOfAFile) {
    Refuse(*place, ErrorCode::kCorruptInput, "too long to record");
    return;
  }
  if (!HasRoomFor(*place, bytes.size())) return;
  Entry& file = FileAt(*place);
  bytes_ = bytes_ - file.text.size() + bytes.size();
  file.text = bytes;
  file.readable = true;
}

void Recorder::OnRange(std::string_view path, std::size_t offset,
                       std::string_view bytes) {
  const auto place = Place(path);
  if (!place || offset > kMostBytesOfAFile) return;
  const std::size_t end =
      bytes.empty() ? 0 : std::min(offset + bytes.size(), kMostBytesOfAFile);
  if (!HasRoomFor(*place, end)) return;
  Entry& file = FileAt(*place);
  if (file.text.size() < end) {
    bytes_ += end - file.text.size();
    file.text.resize(end, '\0');
  }
  if (end > offset) bytes.copy(file.text.data() + offset, end - offset);
  file.readable = true;
}

void Recorder::OnNames(std::string_view path,
                       const std::vector<std::string>& names) {
  const auto place = Place(path);
  if (place) listed_[*place] = names;
}

void Recorder::OnExists(std::string_view path) {
  const auto place = Place(path);
  if (!place || place->empty()) return;
  if (entries_.contains(*place) || !HasRoomFor(*place, 0)) return;
  (void)FileAt(*place);  // no directory, no link: Place would know it
}

void Recorder::OnLink(std::string_view path) {
  (void)Place(path, /*follow=*/false);
}

void Recorder::OnError(std::string_view path, const Error& error) {
  const auto place = Place(path);
  if (!place || place->empty()) return;
  if (error.code == ErrorCode::kNotFound) {
    absent_.insert(*place);
    return;
  }
  if (!entries_.contains(*place)) (void)FileAt(*place);
  Refuse(*place, error.code, Printable(error.message));
}

std::vector<std::string> Recorder::DeviceNumbers() const {
  std::vector<std::string> numbers;
  for (const auto& [path, entry] : entries_) {
    if (!path.ends_with("/dev") || entry.kind != FileKind::kFile) continue;
    const std::size_t size = entry.text.find_first_not_of("0123456789:");
    if (size != 0 && !entry.text.empty()) {
      numbers.push_back(entry.text.substr(0, size));
    }
  }
  return numbers;
}

void Recorder::AddListed(const std::string& directory,
                         const std::string& name) {
  const std::string path = Below(directory, name);
  if (entries_.contains(path) || absent_.contains(path)) return;
  const auto kind = Look(path);
  if (!kind || *kind == FileKind::kDirectory || *kind == FileKind::kLink) {
    return;
  }
  if (HasRoomFor(path, 0)) (void)FileAt(path);
}

Recording Recorder::Finish() && {
  for (const auto& [directory, names] : listed_) {
    for (const std::string& name : names) AddListed(directory, name);
  }
  Recording recording;
  recording.entries = std::move(entries_);
  for (auto& [path, unread] : unread_) {
    recording.unread.push_back(std::move(unread));
  }
  return recording;
}

}  // namespace acceld::recording
