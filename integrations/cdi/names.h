// Names of the Container Device Interface: "vendor.tld/class=device", the
// charset of each part, and the names of spec files.
// Source: CDI SPEC.md, "Kind" and "Device name"; pkg/parser and
// pkg/cdi/spec.go (GenerateSpecName, GenerateTransientSpecName) of
// cncf-tags/container-device-interface.
#pragma once

#include <string>
#include <string_view>

namespace acceld::cdi {

// The vendor of every spec that acceld's programs write.
inline constexpr std::string_view kVendor = "acceld.org";
// The class of the specs of leases: "acceld.org/lease=1f0c33d2a4b5e697".
inline constexpr std::string_view kLeaseClass = "lease";

// A letter, then letters, digits, '_', '-' and '.', the last one no mark.
[[nodiscard]] bool IsVendor(std::string_view text);
[[nodiscard]] bool IsClass(std::string_view text);
// Letters, digits, '_', '-', '.' and ':', the first and the last one no mark.
[[nodiscard]] bool IsDeviceName(std::string_view text);

// "vendor/class". Requires: both are such.
[[nodiscard]] std::string KindOf(std::string_view vendor,
                                 std::string_view device_class);
// "vendor/class=name", what `podman run --device` takes.
[[nodiscard]] std::string QualifiedName(std::string_view kind,
                                        std::string_view name);

// A device name made of any text (a key such as "accelerator:renderD128"): what
// may not stand there becomes '-'. Two texts may become one name; keys of
// acceld do not. "" becomes "x".
[[nodiscard]] std::string DeviceNameFrom(std::string_view text);
// A class made of any text. '.' too becomes '-', for it takes a later version
// of the interface, and '_', which in the name of a file stands before an id.
// Always starts with a letter.
[[nodiscard]] std::string ClassFrom(std::string_view text);

// "vendor-class.json", or where `id` is not empty "vendor-class_id.json": the
// file of a spec that comes and goes with what `id` names (a lease, a claim).
// In `id` what may not stand in a device name, and ':', becomes '-'.
// Requires: names that IsVendor and IsClass accept.
[[nodiscard]] std::string FileNameOf(std::string_view vendor,
                                     std::string_view device_class,
                                     std::string_view id = {});

}  // namespace acceld::cdi
