#include "client/exit_code.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace acceld::client {
namespace {

std::string Lines(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string lines;
  std::string status;
  while (in >> status) {
    std::string meaning;
    std::getline(in >> std::ws, meaning);
    if (status.find_first_not_of("0123456789") != std::string::npos) continue;
    lines.append(status).append("\t").append(meaning).append("\n");
  }
  return lines;
}

TEST(ExitCodeOf_ErrorCodes, AreToldApart) {
  EXPECT_EQ(ExitCodeOf(ErrorCode::kNotFound), ExitCode::kNotFound);
  EXPECT_EQ(ExitCodeOf(ErrorCode::kUnavailable), ExitCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(ErrorCode::kQuotaExceeded), ExitCode::kBusy);
  EXPECT_EQ(ExitCodeOf(ErrorCode::kInternal), ExitCode::kFailure);
}

TEST(ExitCodeOf_AnyError, IsNeitherSuccessNorUsage) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    const ExitCode status = ExitCodeOf(static_cast<ErrorCode>(code));
    EXPECT_NE(status, ExitCode::kSuccess);
    EXPECT_NE(status, ExitCode::kUsage);
  }
}

TEST(ExitCodeHelp_ManualPage, HasTheSameTable) {
  std::ifstream page("docs/man/accel-topo.1");
  std::ostringstream text;
  text << page.rdbuf();
  EXPECT_NE(text.str().find(Lines(ExitCodeHelp())), std::string::npos);
}

}  // namespace
}  // namespace acceld::client
