// Whatever an HMAT or SRAT says: no crash, and what is read of it is sorted,
// each cell once. The first byte says which.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "probes/hmat.h"
#include "probes/srat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using acceld::probes::HmatCell;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  if (data[0] % 2 == 0) {
    const auto table = acceld::probes::ParseHmat(bytes);
    if (!table) return 0;
    const auto key = [](const HmatCell& cell) {
      return std::pair(cell.initiator, cell.target);
    };
    ACCELD_CHECK(std::adjacent_find(table->cells.begin(), table->cells.end(),
                                    [&](const HmatCell& a, const HmatCell& b) {
                                      return key(a) >= key(b);
                                    }) == table->cells.end());
  } else {
    const auto domains = acceld::probes::ParseSrat(bytes);
    if (!domains) ACCELD_CHECK(!domains.error().message.empty());
  }
  return 0;
}
