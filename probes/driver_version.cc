#include "probes/driver_version.h"

#include <string_view>

#include "base/utf8.h"

namespace acceld::probes {
namespace {

constexpr const char* kRelease = "proc/sys/kernel/osrelease";

// The driver's own directory, which is the same for all of its devices:
// "sys/bus/pci/drivers/xe" for "../../../../bus/pci/drivers/xe".
std::string DriverDirectory(const FactReader& reader,
                            const std::string& driver_link) {
  constexpr std::string_view kBuses = "/bus/";
  const auto text = reader.LinkText(driver_link);
  const std::size_t at = text ? text->rfind(kBuses) : std::string::npos;
  return at == std::string::npos ? driver_link : "sys" + text->substr(at);
}

void AddText(const FactReader& reader, const std::string& key,
             std::string_view name, const std::string& text,
             const Provenance& from) {
  if (!text.empty()) {
    reader.facts().AddAttribute(key, name, Printable(text), from);
  }
}

}  // namespace

void AddDriverVersion(const FactReader& reader, const std::string& key,
                      const std::string& driver_link) {
  const std::string module = DriverDirectory(reader, driver_link) + "/module";
  if (const auto version = reader.SharedText(module + "/version")) {
    AddText(reader, key, attr::kDriverVersion, *version,
            FromKernel(module + "/version"));
    return;
  }
  const auto taint = reader.SharedText(module + "/taint");
  if (taint && taint->find('O') != std::string::npos) return;
  if (const auto release = reader.SharedText(kRelease)) {
    AddText(reader, key, attr::kDriverVersion, *release,
            {Evidence::kComputed,
             "/" + std::string(kRelease) + ": the driver is the kernel's own"});
  }
}

void AddFirmwareVersion(const FactReader& reader, const std::string& key,
                        const std::string& path) {
  if (const auto text = reader.Text(path)) {
    AddText(reader, key, attr::kFirmwareVersion, *text, FromKernel(path));
  }
}

}  // namespace acceld::probes
