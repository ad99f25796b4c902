// ControlGroup: a real control group (cgroup v2) of this machine, as systemd
// makes one for a slice. Tests only; needs root and a hierarchy that can be
// written, which few containers have.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace acceld::testing {

class ControlGroup {
 public:
  // Makes the group of that path, "/a.slice/b.service", and those around it.
  // Errors: kNotFound (no cgroup v2 here), kPermissionDenied, kIo.
  [[nodiscard]] static Result<ControlGroup> Make(const std::string& path);
  ControlGroup(ControlGroup&& other) noexcept;
  ControlGroup& operator=(ControlGroup&&) = delete;
  // Removes what it made. Requires: its processes are gone.
  ~ControlGroup();

  // Moves the calling process into it. Errors: kPermissionDenied, kIo.
  [[nodiscard]] Status Enter() const;

 private:
  ControlGroup(std::string mount, std::string path)
      : mount_(std::move(mount)), path_(std::move(path)) {}

  std::string mount_;  // "/sys/fs/cgroup"; empty: moved from
  std::string path_;
};

}  // namespace acceld::testing
