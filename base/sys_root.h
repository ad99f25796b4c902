// SysRoot: the one way to read kernel pseudo-files. Every path is relative to
// a root directory ("/" or a recorded tree), reads are bounded, and nothing
// can lead outside the root (openat2 with RESOLVE_IN_ROOT).
//
// Thread-safe after construction (it only holds the root's descriptor).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld {

// What a name stands for, itself: links are not followed.
enum class FileKind { kDirectory, kFile, kLink, kOther };

// Learns what is read through a SysRoot, as it is answered: how a machine is
// recorded (probes/recording/recorder.h). Paths are as the reader gave them.
// Called by the thread that reads.
class ReadObserver {
 public:
  virtual ~ReadObserver() = default;
  // A whole file; of one over the reader's limit its beginning, one byte more
  // at least than the limit.
  virtual void OnFile(std::string_view path, std::string_view bytes) = 0;
  // Part of one: as much of what was asked for as there is.
  virtual void OnRange(std::string_view path, std::size_t offset,
                       std::string_view bytes) = 0;
  virtual void OnNames(std::string_view path,
                       const std::vector<std::string>& names) = 0;
  // The path exists (its links followed), or the link does.
  virtual void OnExists(std::string_view path) = 0;
  virtual void OnLink(std::string_view path) = 0;
  // It is not there (kNotFound), or cannot be read. What is no link is not
  // an error.
  virtual void OnError(std::string_view path, const Error& error) = 0;
};

// A file that is open for reads of parts of it (SysRoot::OpenFile). For binary
// attributes in which a read is an access to the device (PCI configuration
// space): only what is asked for is touched.
// Owned by who opened it, for no longer than the observer lives.
class SysFile {
 public:
  // At most `size` bytes from `offset` on; fewer, or none, where the file ends
  // before. Errors: kIo, kPermissionDenied.
  [[nodiscard]] Result<std::string> ReadRange(std::size_t offset,
                                              std::size_t size) const;

 private:
  friend class SysRoot;
  SysFile(std::string_view path, UniqueFd fd, ReadObserver* observer)
      : path_(path), fd_(std::move(fd)), observer_(observer) {}
  [[nodiscard]] Result<std::string> ReadPart(std::size_t offset,
                                             std::size_t size) const;

  std::string path_;
  UniqueFd fd_;
  ReadObserver* observer_;  // null: nobody watches
};

class SysRoot {
 public:
  // A sysfs attribute is at most one page.
  static constexpr std::size_t kAttributeLimit = 4096;
  // Files such as /proc/meminfo and ACPI tables.
  static constexpr std::size_t kFileLimit = std::size_t{1} << 20;
  // Entries read of one directory.
  static constexpr std::size_t kDirectoryLimit = 65536;

  // Errors: kNotFound, kPermissionDenied, kIo (also: not a directory).
  [[nodiscard]] static Result<SysRoot> Open(const std::string& directory);

  [[nodiscard]] const std::string& directory() const { return directory_; }
  // True for "/": what is read is this machine, now.
  [[nodiscard]] bool is_live() const { return directory_ == "/"; }
  // From now on `observer`, which must outlive this, learns of every read.
  // Requires: no other thread reads yet.
  void Observe(ReadObserver& observer) { observer_ = &observer; }

  // This root, but what is in `directory` ("sys/bus/pci/devices/0000:3a:00.0")
  // is opened from there: half the time for each of a device's many files. What
  // it answers is the same as long as `directory` stands for the same device:
  // it is for one reading of it, not to be kept. Where `directory` cannot be
  // opened it is this root.
  [[nodiscard]] SysRoot Near(std::string_view directory) const;

  // The bytes of a file, at most `limit` (more: kCorruptInput).
  // `path` is relative ("sys/class/drm"). Errors: kNotFound where it does not
  // exist, kPermissionDenied (also to root, of a file that its mode lets nobody
  // read: what a recording could not read), kIo (a directory, too),
  // kCorruptInput (too long, or no regular file), kInvalidArgument (a NUL byte
  // in `path`).
  [[nodiscard]] Result<std::string> ReadFile(
      std::string_view path, std::size_t limit = kFileLimit) const;

  // Errors: as ReadFile, but a long file is none.
  [[nodiscard]] Result<SysFile> OpenFile(std::string_view path) const;

  // One attribute: ReadFile with kAttributeLimit, trailing white space
  // removed. kCorruptInput where it holds a NUL byte or is not UTF-8.
  [[nodiscard]] Result<std::string> ReadAttribute(std::string_view path) const;

  // ReadAttribute as an integer: decimal, or hexadecimal with "0x".
  // kCorruptInput where it is not wholly one number.
  [[nodiscard]] Result<std::int64_t> ReadInteger(std::string_view path) const;

  // Names in a directory, sorted, without "." and "..".
  [[nodiscard]] Result<std::vector<std::string>> List(
      std::string_view path) const;

  // Whether the path exists (a link counts when its target exists).
  [[nodiscard]] bool Exists(std::string_view path) const;

  // Not one of those that an observer learns of.
  // Errors: kNotFound, kPermissionDenied, kIo.
  [[nodiscard]] Result<FileKind> KindOf(std::string_view path) const;

  // The text of a symbolic link.
  [[nodiscard]] Result<std::string> ReadLink(std::string_view path) const;

  // The path, relative to the root, that `path` stands for once all links are
  // followed, "" for the root itself ("sys/bus/pci/devices/0000:00:01.0" ->
  // "sys/devices/pci0000:00/0000:00:01.0").
  [[nodiscard]] Result<std::string> Canonical(std::string_view path) const;

 private:
  SysRoot(std::string directory, UniqueFd fd)
      : directory_(std::move(directory)),
        fd_(std::make_shared<const UniqueFd>(std::move(fd))) {}
  SysRoot(std::string directory, std::shared_ptr<const UniqueFd> fd)
      : directory_(std::move(directory)), fd_(std::move(fd)) {}
  [[nodiscard]] Result<UniqueFd> OpenAt(std::string_view path,
                                        std::uint64_t flags) const;
  [[nodiscard]] Result<UniqueFd> OpenFromRoot(const std::string& path,
                                              std::uint64_t flags) const;
  [[nodiscard]] Result<UniqueFd> OpenReadable(std::string_view path) const;
  [[nodiscard]] Result<std::string> ReadBytes(std::string_view path,
                                              std::size_t limit) const;
  [[nodiscard]] Result<std::vector<std::string>> ReadNames(
      std::string_view path) const;
  [[nodiscard]] Result<std::string> ReadLinkText(std::string_view path) const;
  [[nodiscard]] Result<std::string> Resolve(std::string_view path) const;

  std::string directory_;  // absolute, no trailing slash (but "/")
  std::shared_ptr<const UniqueFd> fd_;
  std::string near_;                  // "sys/bus/pci/devices/0000:3a:00.0/"
  UniqueFd near_fd_;                  // invalid: nothing is opened from there
  ReadObserver* observer_ = nullptr;  // null: nobody watches
};

// Parses "12", "-3" or "0x1f" wholly. Errors: kCorruptInput.
[[nodiscard]] Result<std::int64_t> ParseInteger(std::string_view text);

}  // namespace acceld
