#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace acceld::testing {
namespace {

const char* Variable(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): tests only
}

}  // namespace

void ExpectGolden(std::string_view text, const std::string& name) {
  const std::string file = "tests/fixtures/" + name;
  const char* workspace = Variable("BUILD_WORKSPACE_DIRECTORY");
  if (workspace != nullptr && Variable("ACCELD_WRITE_GOLDENS") != nullptr) {
    std::ofstream out(std::string(workspace) + "/" + file);
    out << text;
    ASSERT_TRUE(out.flush()) << "cannot write " << file;
    return;
  }
  std::ifstream in(file);
  ASSERT_TRUE(in) << file << " is not there (see tests/support/golden.h)";
  std::ostringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(golden.str(), text);
}

}  // namespace acceld::testing
