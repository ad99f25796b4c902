#include "integrations/slurm/spank/pipeline_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace acceld::slurm {
namespace {

class PipelineTextTest : public ::testing::Test {
 protected:
  // A file with that content.
  std::string File(const std::string& text) {
    const std::string path = directory_.path() + "/p.json";
    std::ofstream(path) << text;
    return path;
  }
  ErrorCode CodeOf(const std::string& path) {
    const auto text = PipelineText(path);
    EXPECT_FALSE(text);
    return text ? ErrorCode::kInternal : text.error().code;
  }

  const testing::TempDir directory_;
};

TEST_F(PipelineTextTest, Pipeline_IsOneLineWithoutSpaces) {
  const auto text = PipelineText(File("{\n  \"stages\": [\n    1\n  ]\n}\n"));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "{\"stages\":[1]}");
}

TEST_F(PipelineTextTest, WhatIsNoPipeline_IsRefused) {
  EXPECT_EQ(CodeOf(directory_.path() + "/none.json"), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(File("[]")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(File("{")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(""), ErrorCode::kNotFound);
}

TEST_F(PipelineTextTest, StandardInput_IsTheTasks) {
  EXPECT_EQ(CodeOf("-"), ErrorCode::kInvalidArgument);
}

TEST_F(PipelineTextTest, WhatTheEnvironmentCannotHold_IsRefused) {
  const std::string key = "{\"a\":\"";
  const auto fits = kMaxPipelineBytes - key.size() - 2;
  EXPECT_TRUE(PipelineText(File(key + std::string(fits, 'x') + "\"}")));
  EXPECT_EQ(CodeOf(File(key + std::string(fits + 1, 'x') + "\"}")),
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::slurm
