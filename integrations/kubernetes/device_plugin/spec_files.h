// SpecFiles: the CDI specs of units' leases, where the container runtime reads
// them, one file a lease. Thread-safe, but that one thread at a time writes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "integrations/cdi/spec.h"
#include "integrations/cdi/spec_directory.h"
#include "integrations/kubernetes/device_plugin/daemon_link.h"

namespace acceld::kubernetes {

class SpecFiles {
 public:
  // Errors: those of cdi::SpecDirectory::Make.
  [[nodiscard]] static Result<SpecFiles> Open(const std::string& directory);

  // Errors: those of cdi::PrintSpec and cdi::SpecDirectory::Write.
  [[nodiscard]] Status Write(std::span<const cdi::Spec> leases) const;
  // The files that are there, those of an earlier process among them. Errors:
  // those of cdi::SpecDirectory::Names.
  [[nodiscard]] Result<std::vector<std::string>> List() const;
  // Removes those of `files` that are of none of `leases`. Requires: the leases
  // were listed after the files, so that a lease that began meanwhile keeps its
  // own. What cannot be removed is logged and tried again next time.
  void RemoveEnded(const std::vector<std::string>& files,
                   std::span<const DaemonLink::Labelled> leases) const;

 private:
  explicit SpecFiles(cdi::SpecDirectory directory)
      : directory_(std::move(directory)) {}
  cdi::SpecDirectory directory_;
};

}  // namespace acceld::kubernetes
