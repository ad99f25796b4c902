// Whatever the file of VFIO offers or a journal says: no crash, a refusal is
// printable, and what is believed can be part of a path.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/result.h"
#include "base/utf8.h"
#include "daemon/grant/vfio/journal.h"
#include "probes/pci_address.h"
#include "probes/vfio_offers.h"

namespace {

void CheckRefusal(const acceld::Error& error) {
  ACCELD_CHECK(!error.message.empty());
  ACCELD_CHECK(acceld::IsUtf8(error.message));
}

void CheckName(std::string_view name) {
  ACCELD_CHECK(name.find('/') == std::string_view::npos);
  ACCELD_CHECK(name.find('\n') == std::string_view::npos);
  ACCELD_CHECK(name.find('\0') == std::string_view::npos);
  ACCELD_CHECK(name != "." && name != "..");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto offers = acceld::probes::ParseVfioOffers("vfio.json", text);
  if (offers) {
    for (const auto& offer : offers->offers) {
      ACCELD_CHECK(!offer.functions.empty());
      (void)offers->Find({offer.vendor, offer.device, 0x010802, "nvme"},
                         "0000:3a:00.0");
    }
  } else {
    CheckRefusal(offers.error());
  }
  constexpr int kGroup = 30;
  const auto undo = acceld::daemon::vfio::ParseUndo(kGroup, text);
  if (!undo) {
    CheckRefusal(undo.error());
    return 0;
  }
  for (const auto& function : undo->functions) {
    ACCELD_CHECK(acceld::probes::ParsePciAddress(function.address).has_value());
    CheckName(function.driver);
    CheckName(function.driver_override);
  }
  return 0;
}
