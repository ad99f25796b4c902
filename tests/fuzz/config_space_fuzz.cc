// Whatever a function's configuration space holds: no crash, no endless chain,
// and no value that its register is too narrow for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/sys_root.h"
#include "base/utf8.h"
#include "probes/config_space.h"
#include "probes/fact.h"
#include "probes/fact_reader.h"
#include "tests/support/sys_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static acceld::testing::SysTree tree;
  static const acceld::SysRoot root = tree.root();
  tree.AddFile("function/config",
               std::string_view(reinterpret_cast<const char*>(data), size));
  acceld::probes::FactSet facts;
  const acceld::probes::FactReader reader(root, facts);
  const auto found = acceld::probes::ReadPciCapabilities(reader, "function");
  ACCELD_CHECK(!found.pasid ||
               (found.pasid->width >= 0 && found.pasid->width <= 31));
  ACCELD_CHECK(!found.express_type ||
               (*found.express_type >= 0 && *found.express_type <= 15));
  if (found.acs) {
    ACCELD_CHECK(acceld::IsUtf8(acceld::probes::AcsText(found.acs->enabled)));
  }
  if (found.sriov) {
    ACCELD_CHECK(found.sriov->total_vfs >= 0 &&
                 found.sriov->total_vfs <= 65535);
  }
  ACCELD_CHECK(facts.entities.empty());
  return 0;
}
