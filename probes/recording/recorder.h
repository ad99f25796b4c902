// Recorder: writes down what is read through a SysRoot, so that a tree made of
// it answers the same reads with the same bytes. What the probes read is
// recorded because they read it: no list has to follow them.
//
// Single-threaded. Owned by recording::Gather, for as long as it reads.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/sys_root.h"
#include "probes/recording/recording.h"

namespace acceld::recording {

class Recorder : public ReadObserver {
 public:
  // `root` is the same tree, not observed; it must outlive this.
  explicit Recorder(const SysRoot& root) : root_(root) {}

  // What was read is a file with its bytes; what was seen to be there, its
  // name or a directory's listing, is a file that cannot be read. Links on the
  // way are kept as they are; one that a guard of trees would refuse
  // (probes/recording/link_text.h) is rewritten to lead to the same place.
  void OnFile(std::string_view path, std::string_view bytes) override;
  void OnRange(std::string_view path, std::size_t offset,
               std::string_view bytes) override;
  void OnNames(std::string_view path,
               const std::vector<std::string>& names) override;
  void OnExists(std::string_view path) override;
  void OnLink(std::string_view path) override;
  void OnError(std::string_view path, const Error& error) override;

  // What is recorded so far.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // What files named "dev" hold: "226:128".
  [[nodiscard]] std::vector<std::string> DeviceNumbers() const;

  // Everything that was read. Nothing may be read after.
  [[nodiscard]] Recording Finish() &&;

 private:
  // The path that `path` stands for, with the links and directories that lead
  // there recorded. Nothing where it leads nowhere. `follow`: a link at its
  // end, too.
  std::optional<std::string> Place(std::string_view path, bool follow = true);
  // The kind of a name in a directory that was placed; recorded unless it is
  // a file.
  std::optional<FileKind> Look(const std::string& path);
  Entry& FileAt(const std::string& path);
  void AddListed(const std::string& directory, const std::string& name);
  void Refuse(const std::string& path, ErrorCode code, std::string why);
  bool HasRoomFor(const std::string& path, std::size_t bytes);

  const SysRoot& root_;
  Entries entries_;
  std::size_t bytes_ = 0;
  std::map<std::string, std::vector<std::string>> listed_;  // by directory
  // Files that answer a read with "no such device": to a probe, absent.
  std::set<std::string> absent_;
  std::map<std::string, Unread> unread_;
};

}  // namespace acceld::recording
