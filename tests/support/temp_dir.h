// TempDir: a directory of the test's own, removed with the object. Calls that
// fail fail the test through GoogleTest and go on. Single-threaded.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace acceld::testing {

class TempDir {
 public:
  TempDir();  // mode 0700
  // In `parent`: "/tmp", where paths must be short (sockets have 108 bytes).
  explicit TempDir(const std::string& parent);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // Absolute, with all links resolved.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string At(std::string_view name) const;

  // Paths are relative to the directory; directories on the way are made.
  void AddFile(std::string_view name, std::string_view bytes,
               mode_t mode = 0644);
  void AddDirectory(std::string_view name, mode_t mode = 0755);
  // A symbolic link with the text `target`.
  void AddLink(std::string_view name, const std::string& target);
  void AddFifo(std::string_view name);

 private:
  std::string path_;
};

}  // namespace acceld::testing
