// SpecFiles: the CDI specs of units' leases, where the container runtime reads
// them, one file a lease. Thread-safe.
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
  // Removes the files of this plugin's leases that are over, those of an
  // earlier process among them. What cannot be removed is logged and tried
  // again next time.
  void KeepOnly(std::span<const DaemonLink::Labelled> leases) const;

 private:
  explicit SpecFiles(cdi::SpecDirectory directory)
      : directory_(std::move(directory)) {}
  cdi::SpecDirectory directory_;
};

}  // namespace acceld::kubernetes
