#include "integrations/slurm/spank/submission.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "integrations/slurm/spank/variables.h"
#include "tests/support/temp_dir.h"

namespace acceld::slurm {
namespace {

using acceld::testing::TempDir;

class Submission : public ::testing::Test {
 protected:
  void SetUp() override { Clear(); }
  void TearDown() override { Clear(); }
  static void Clear() {
    for (const char* name :
         {kPipelineVariable, kFileVariable, "SLURM_JOB_ID"}) {
      ::unsetenv(name);
    }
  }
  static std::string Pipeline() {
    const char* text = std::getenv(kPipelineVariable);  // NOLINT
    return text == nullptr ? "" : text;
  }

  TempDir directory_;
};

TEST_F(Submission, File_GoesIntoTheEnvironment) {
  directory_.AddFile("p.json", "{ \"stages\": [] }");
  ASSERT_TRUE(ReadAtSubmission(directory_.At("p.json")));
  EXPECT_EQ(Pipeline(), R"({"stages":[]})");
}

TEST_F(Submission, WithinItsAllocation_IsWhatItWasBefore) {
  directory_.AddFile("p.json", R"({"stages": []})");
  directory_.AddFile("other.json", R"({"stages": [], "links": []})");
  ASSERT_TRUE(ReadAtSubmission(directory_.At("p.json")));
  directory_.AddFile("p.json", R"({"stages": [1]})");
  ASSERT_EQ(::setenv("SLURM_JOB_ID", "7", 1), 0);
  ASSERT_TRUE(ReadAtSubmission(directory_.At("p.json")));
  EXPECT_EQ(Pipeline(), R"({"stages":[]})");
  ASSERT_TRUE(ReadAtSubmission(directory_.At("other.json")));
  EXPECT_NE(Pipeline().find("links"), std::string::npos);
}

TEST_F(Submission, FileThatIsNotThere_LeavesNothing) {
  const Status read = ReadAtSubmission(directory_.At("none.json"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Pipeline(), "");
}

}  // namespace
}  // namespace acceld::slurm
