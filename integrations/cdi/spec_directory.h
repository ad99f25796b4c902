// A directory of CDI specs: writes a file as a whole or not at all, so that an
// engine never reads half of one, and removes it. Who can write there decides
// what root's containers get (a spec may mount any file and run any program),
// so a directory that others can write to is refused. All by the directory's
// descriptor: what becomes of its path meanwhile does not matter.
// Thread-safe for files of different names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::cdi {

// Where engines look for specs of devices that come and go, and for those that
// an administrator writes.
inline constexpr const char* kDynamicDirectory = "/var/run/cdi";
inline constexpr const char* kStaticDirectory = "/etc/cdi";

class SpecDirectory {
 public:
  // Makes it (mode 0755: engines of ordinary users read it) where it is not
  // there; its parents must be. Errors: kPermissionDenied (also: it belongs to
  // neither root nor this user, nor, where this is root, a service's account;
  // or group or others can write to it), kNotFound (a parent), kIo.
  [[nodiscard]] static Result<SpecDirectory> Make(const std::string& path);
  // One that is there, whoever it belongs to: to read it, and to remove files.
  // Errors: kNotFound, kPermissionDenied, kIo.
  [[nodiscard]] static Result<SpecDirectory> Open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }

  // Makes `name` (such as FileNameOf() gives) hold `text`, mode 0644. Where it
  // does already, nothing is written, and engines that watch see no change.
  // What a writer that died left of it is in nobody's way. Errors:
  // kInvalidArgument (no name ending in ".json"), kBusy (somebody else writes
  // it now), kPermissionDenied, kNoMemory, kIo.
  [[nodiscard]] Status Write(const std::string& name,
                             std::string_view text) const;
  // That it is not there is no error. Errors: kPermissionDenied, kIo.
  [[nodiscard]] Status Remove(const std::string& name) const;
  // Errors: kNotFound, kPermissionDenied, kInvalidArgument (no regular file, or
  // over 1 MiB), kIo.
  [[nodiscard]] Result<std::string> Read(const std::string& name) const;
  // Names of spec files that begin with `prefix`, sorted. Errors: kIo.
  [[nodiscard]] Result<std::vector<std::string>> Names(
      std::string_view prefix) const;
  // Removes what a writer that died in the midst left of files that begin with
  // `prefix`, not what another one writes now; engines do not read it. Errors:
  // kPermissionDenied, kIo.
  [[nodiscard]] Status RemoveLeftovers(std::string_view prefix) const;

 private:
  SpecDirectory(std::string path, UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}
  [[nodiscard]] Result<std::vector<std::string>> Entries() const;
  [[nodiscard]] std::string At(std::string_view name) const;

  std::string path_;
  UniqueFd fd_;
};

}  // namespace acceld::cdi
