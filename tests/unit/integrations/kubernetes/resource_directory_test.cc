#include "integrations/kubernetes/device_plugin/resource_directory.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/directory_watch.h"
#include "base/result.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace acceld::kubernetes {
namespace {

using acceld::testing::FakeClock;
using acceld::testing::TempDir;
using Names = std::vector<std::string>;
namespace fs = std::filesystem;

constexpr const char* kCopy = R"({"function": "copy"})";
constexpr const char* kDigest = R"({"function": "digest/sha256"})";

class ResourceDirectoryTest : public ::testing::Test {
 protected:
  void Open() {
    auto opened = ResourceDirectory::Open(files_.path());
    ASSERT_TRUE(opened) << opened.error().message;
    directory_.emplace(*std::move(opened));
  }
  bool Look() { return directory_->Follow(clock_.Now(), check_); }
  // Whether resources are others, once what was written is quiet.
  bool Follow() {
    const bool at_once = Look();
    clock_.Advance(QuietTime::kQuiet);
    return Look() || at_once;
  }
  [[nodiscard]] Names Resources() const {
    Names names;
    for (const Resource& one : directory_->resources()) {
      names.push_back(one.name);
    }
    return names;
  }

  TempDir files_;
  FakeClock clock_;
  std::optional<ResourceDirectory> directory_;
  ResourceDirectory::Check check_ = [](const Resource&) { return Status(); };
};

TEST_F(ResourceDirectoryTest, WithAMistake_IsNotOpened) {
  files_.AddFile("a.json", kCopy);
  files_.AddFile("b.json", "{");
  EXPECT_EQ(ResourceDirectory::Open(files_.path()).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(ResourceDirectoryTest, FilesThatComeAndGo_AreFollowed) {
  files_.AddFile("a.json", kCopy);
  Open();
  EXPECT_FALSE(Follow());
  files_.AddFile("b.json", kDigest);
  EXPECT_TRUE(Follow());
  EXPECT_EQ(Resources(), (Names{"a", "b"}));
  fs::remove(files_.At("a.json"));
  EXPECT_TRUE(Follow());
  EXPECT_EQ(Resources(), Names{"b"});
  EXPECT_FALSE(Follow());
}

TEST_F(ResourceDirectoryTest, FilesThatAreBeingWritten_AreReadWhenItIsQuiet) {
  files_.AddFile("a.json", kCopy);
  Open();
  files_.AddFile("b.json", kDigest);
  EXPECT_FALSE(Look());
  ASSERT_TRUE(directory_->due());
  EXPECT_EQ(*directory_->due(), clock_.Now() + QuietTime::kQuiet);
  clock_.Advance(QuietTime::kQuiet / 2);
  files_.AddFile("c.json", kDigest);
  EXPECT_FALSE(Look());
  clock_.Advance(QuietTime::kQuiet);
  EXPECT_TRUE(Look());
  EXPECT_EQ(Resources(), (Names{"a", "b", "c"}));
  EXPECT_FALSE(directory_->due());
}

TEST_F(ResourceDirectoryTest, FileThatIsWrong_LeavesItsResourceAsItWas) {
  files_.AddFile("a.json", kCopy);
  Open();
  const Resource before = directory_->resources().front();
  files_.AddFile("a.json", "{");
  files_.AddFile("new.json", "{");
  files_.AddFile("b.json", kDigest);
  EXPECT_TRUE(Follow());
  EXPECT_EQ(Resources(), (Names{"a", "b"}));
  EXPECT_EQ(directory_->resources().front(), before);
  files_.AddFile("a.json", kDigest);
  EXPECT_TRUE(Follow());
  EXPECT_NE(directory_->resources().front(), before);
}

// What is right as JSON and no pipeline.
TEST_F(ResourceDirectoryTest, FileThatAcceldRefuses_LeavesItsResourceAsItWas) {
  files_.AddFile("a.json", kCopy);
  files_.AddFile("b.json", kCopy);
  Open();
  const std::vector<Resource> before = directory_->resources();
  Names checked;
  check_ = [&](const Resource& one) {
    checked.push_back(one.name);
    return Status(Fail(ErrorCode::kInvalidArgument, "no such function"));
  };
  files_.AddFile("b.json", kDigest);
  files_.AddFile("new.json", kDigest);
  EXPECT_FALSE(Follow());
  EXPECT_EQ(directory_->resources(), before);
  EXPECT_EQ(checked, (Names{"b", "new"}));  // what says something new
}

TEST_F(ResourceDirectoryTest, WithoutFiles_LeavesAllAsTheyWere) {
  files_.AddFile("a.json", kCopy);
  Open();
  fs::remove(files_.At("a.json"));
  EXPECT_FALSE(Follow());
  fs::remove_all(files_.path());
  EXPECT_FALSE(Follow());
  EXPECT_FALSE(directory_->Read(check_));
  EXPECT_EQ(Resources(), Names{"a"});
}

TEST_F(ResourceDirectoryTest, FileThatSaysTheSame_IsNoChange) {
  files_.AddFile("a.json", kCopy);
  Open();
  files_.AddFile("a.json", R"({ "function":   "copy" })");
  EXPECT_FALSE(Follow());
}

// As the kubelet updates a ConfigMap: the links stay, and one link on the way
// is replaced.
TEST_F(ResourceDirectoryTest, ConfigMapThatIsReplaced_IsFollowed) {
  files_.AddFile("..1/a.json", kCopy);
  files_.AddLink("..data", "..1");
  files_.AddLink("a.json", "..data/a.json");
  Open();
  const Resource before = directory_->resources().front();
  files_.AddFile("..2/a.json", kDigest);
  files_.AddLink("..data_tmp", "..2");
  fs::rename(files_.At("..data_tmp"), files_.At("..data"));
  EXPECT_TRUE(Follow());
  EXPECT_NE(directory_->resources().front(), before);
}

}  // namespace
}  // namespace acceld::kubernetes
