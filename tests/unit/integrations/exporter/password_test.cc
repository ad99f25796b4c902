#include "integrations/exporter/password.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace acceld::exporter {
namespace {

TEST(Password, AdmitsTheOneOfTheFile) {
  const auto password = Password::Parse("scraper:s3cret:with:colons\n");
  ASSERT_TRUE(password) << password.error().message;
  EXPECT_TRUE(password->Admits("scraper", "s3cret:with:colons"));
  EXPECT_FALSE(password->Admits("scraper", "s3cret"));
  EXPECT_FALSE(password->Admits("scraper", ""));
  EXPECT_FALSE(password->Admits("root", "s3cret:with:colons"));
}

TEST(Password, FileThatDoesNotSayBoth_IsRefused) {
  for (const char* text : {"", "\n", "scraper", "scraper:", ":secret",
                           "scraper:one\nother:two\n"}) {
    const auto password = Password::Parse(text);
    ASSERT_FALSE(password) << text;
    EXPECT_EQ(password.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(Password, FileThatOthersMayRead_IsRefused) {
  acceld::testing::TempDir files;
  files.AddFile("scrape", "scraper:secret\n");
  const std::string path = files.At("scrape");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  const auto open = Password::Read(path);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code, ErrorCode::kPermissionDenied);
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  EXPECT_TRUE(Password::Read(path));
}

TEST(Password, NoFile_IsNotFound) {
  const auto password = Password::Read("/nonexistent/scrape");
  ASSERT_FALSE(password);
  EXPECT_EQ(password.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::exporter
