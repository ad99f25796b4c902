// VFIO offers: which PCI functions the administrator lets programs drive by
// themselves, what those functions do, and from which drivers they may be
// taken. The file is docs/vfio.md's; configs/vfio.json is an example.
// Values; no threading rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/pci_identity.h"

namespace acceld::probes {

struct VfioOffer {
  std::int64_t vendor = 0;  // 0x1234
  std::int64_t device = 0;  // 0x11e8
  // Globs (base/glob.h) of the six hexadecimal digits of the class and of the
  // address; empty: any.
  std::string class_glob;
  std::string address_glob;
  std::vector<std::string> functions;  // of the vocabulary; not empty
  // Drivers that it may be taken from while it is leased; "none": where it has
  // no driver. Empty: it must be bound to a VFIO driver already.
  std::vector<std::string> rebind;

  // `driver`: of the kernel; empty: none is bound.
  [[nodiscard]] bool MayTakeFrom(std::string_view driver) const;
};

struct VfioOffers {
  std::vector<VfioOffer> offers;

  // The first that matches; null where none does.
  [[nodiscard]] const VfioOffer* Find(const PciIdentity& identity,
                                      std::string_view address) const;
};

// `name`: of the file, for the complaints. Errors: kInvalidArgument, with every
// mistake by JSON pointer.
[[nodiscard]] Result<VfioOffers> ParseVfioOffers(std::string_view name,
                                                 std::string_view text);

// Reads the file; none where it does not exist. It must belong to root or to
// this process's user and be writable by nobody else (base/trusted_file.h).
// Errors: those of ParseVfioOffers and ReadTrustedFile.
[[nodiscard]] Result<VfioOffers> ReadVfioOffers(const std::string& path);

}  // namespace acceld::probes
