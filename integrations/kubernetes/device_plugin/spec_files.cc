#include "integrations/kubernetes/device_plugin/spec_files.h"

#include <set>

#include "base/log.h"
#include "integrations/cdi/names.h"

namespace acceld::kubernetes {
namespace {

std::string FileOf(std::string_view lease_id) {
  return cdi::FileNameOf(cdi::kVendor, kUnitClass, lease_id);
}

// What the names of all files begin with.
std::string Prefix() {
  const std::string file = FileOf("x");
  return file.substr(0, file.rfind("x."));
}

std::string_view IdOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Result<SpecFiles> SpecFiles::Open(const std::string& directory) {
  ACCELD_TRY(auto opened, cdi::SpecDirectory::Make(directory));
  return SpecFiles(std::move(opened));
}

Status SpecFiles::Write(std::span<const cdi::Spec> leases) const {
  for (const cdi::Spec& lease : leases) {
    ACCELD_TRY(const std::string text, cdi::PrintSpec(lease));
    ACCELD_TRY_VOID(directory_.Write(FileOf(lease.devices.front().name), text));
  }
  return {};
}

Result<std::vector<std::string>> SpecFiles::List() const {
  return directory_.Names(Prefix());
}

void SpecFiles::RemoveEnded(
    const std::vector<std::string>& files,
    std::span<const DaemonLink::Labelled> leases) const {
  std::set<std::string> wanted;
  for (const auto& lease : leases) wanted.insert(FileOf(IdOf(lease.path)));
  for (const std::string& name : files) {
    if (wanted.contains(name)) continue;
    const Status removed = directory_.Remove(name);
    if (!removed) {
      Log(LogLevel::kWarning, "cdi_file",
          {{"name", name}, {"reason", removed.error().message}});
    }
  }
}

}  // namespace acceld::kubernetes
