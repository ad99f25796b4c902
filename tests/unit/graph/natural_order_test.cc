#include "graph/natural_order.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace acceld::graph {
namespace {

TEST(NaturalLess_Keys, AreOrderedAsPeopleExpect) {
  const std::vector<std::string> expected{
      "accelerator:dsa0",
      "accelerator:gpu2",
      "accelerator:gpu10",
      "accelerator:renderD99",
      "accelerator:renderD128",
      "numa:1",
      "numa:01",
      "numa:2",
      "numa:10",
      "pci:0000:0a:00.0",
      "pci:0000:10:00.0",
      "pci:0000:3a:00.0",
      "pci:0000:3a:01.0",
      "pci:10000:01:00.0",
  };
  std::vector<std::string> keys = expected;
  std::reverse(keys.begin(), keys.end());
  std::sort(keys.begin(), keys.end(), NaturalLess);
  // "1" and "01" are equal in value and ordered as text.
  std::vector<std::string> wanted = expected;
  std::swap(wanted[5], wanted[6]);
  EXPECT_EQ(keys, wanted);
}

// Few characters, so that near misses are common.
rc::Gen<std::string> Keys() {
  return rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("0129aDz:.-")));
}

TEST(NaturalLess_AnyStrings, IsAStrictTotalOrder) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = *Keys();
    const std::string b = *Keys();
    const std::string c = *Keys();
    RC_ASSERT(!NaturalLess(a, a));
    RC_ASSERT((a == b) == (!NaturalLess(a, b) && !NaturalLess(b, a)));
    RC_ASSERT(!(NaturalLess(a, b) && NaturalLess(b, a)));
    if (NaturalLess(a, b) && NaturalLess(b, c)) RC_ASSERT(NaturalLess(a, c));
  }));
}

}  // namespace
}  // namespace acceld::graph
