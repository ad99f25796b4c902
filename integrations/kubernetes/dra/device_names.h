// Names that Kubernetes takes for what acceld has: DNS labels, C identifiers
// and label values. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "integrations/kubernetes/dra/machine.h"

namespace acceld::dra {

// A DNS label (RFC 1123) of `text`: lower case, "-" for what a label does not
// have. One that is longer than `limit` is cut and ends in a digest of the
// whole. Requires: limit >= 16.
[[nodiscard]] std::string DnsLabel(std::string_view text,
                                   std::size_t limit = 63);
// A C identifier of at most 32 characters, "compress_deflate"; made unique as
// above.
[[nodiscard]] std::string Identifier(std::string_view text);
// The value of a label or taint: at most 63 of A-Z a-z 0-9 . _ -, the first and
// the last a letter or digit; may be empty.
[[nodiscard]] std::string LabelValue(std::string_view text);
// `text` in at most 64 bytes: as it is, or cut between characters.
[[nodiscard]] std::string AttributeText(std::string_view text);
// The same for keys that are compared: one that is cut ends in a digest.
[[nodiscard]] std::string AttributeKey(std::string_view key);

// A name for each device, in their order, each once. A PCI device is named by
// its address and framework, an engine by its own name too
// ("pci-0000-3b-00-0-drm", "pci-0000-6a-01-0-wq0-0"): they outlive a restart of
// the machine, which the kernel's numbers (renderD128) need not, and do not
// change when another driver offers the same function.
[[nodiscard]] std::vector<std::string> NameDevices(
    const std::vector<MachineDevice>& devices);

}  // namespace acceld::dra
