#include "integrations/exporter/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace acceld::exporter {
namespace {

ParsedOptions Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "accel-exporter");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ExporterOptions, Defaults_ListenToThisMachineAlone) {
  const ParsedOptions parsed = Parse({});
  EXPECT_FALSE(parsed.exit_status);
  EXPECT_EQ(parsed.options.bus, "system");
  EXPECT_EQ(parsed.options.listen, "127.0.0.1:9730");
  EXPECT_EQ(parsed.options.good_for, std::chrono::seconds(1));
  EXPECT_EQ(parsed.options.password_file, "");
}

TEST(ExporterOptions, GoodFor_IsATimeWithItsUnit) {
  EXPECT_EQ(Parse({"--good-for=250ms"}).options.good_for,
            std::chrono::milliseconds(250));
  EXPECT_EQ(Parse({"--good-for=soon"}).exit_status, 2);
}

TEST(ExporterOptions, Mistakes_AreUsageErrors) {
  EXPECT_EQ(Parse({"--nothing"}).exit_status, 2);
  EXPECT_EQ(Parse({"--help"}).exit_status, 0);
  EXPECT_EQ(Parse({"--version"}).exit_status, 0);
}

}  // namespace
}  // namespace acceld::exporter
