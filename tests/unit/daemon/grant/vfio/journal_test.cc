#include "daemon/grant/vfio/journal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "tests/support/read_file.h"
#include "tests/support/temp_dir.h"

namespace acceld::daemon::vfio {
namespace {

using acceld::testing::ReadFile;
using acceld::testing::TempDir;

Undo TwoFunctions() {
  return {30,
          {{"0000:3a:00.0", "nvme", ""}, {"0000:3a:00.1", "", "some-driver"}}};
}

class JournalTest : public ::testing::Test {
 protected:
  Journal Open() { return Journal::Open(directory_.At("run/vfio")).value(); }
  void Put(const std::string& text) {
    directory_.AddFile("run/vfio/30.json", text, 0600);
  }
  ErrorCode FaultOf(const std::string& text) {
    Put(text);
    const auto undo = Open().Read(30);
    if (!undo) return undo.error().code;
    ADD_FAILURE() << "read " << text;
    return ErrorCode::kInternal;
  }
  TempDir directory_;
};

TEST_F(JournalTest, WhatIsWritten_IsReadByTheNextDaemon) {
  ASSERT_TRUE(Open().Write(TwoFunctions()));
  Undo later = TwoFunctions();
  later.functions.pop_back();
  later.group = 7;
  later.functions[0].driver = "HDA Intel";  // offers may name such
  ASSERT_TRUE(Open().Write(later));
  EXPECT_EQ(Open().Read(7).value(), later);
  EXPECT_EQ(Open().Read(30).value(), TwoFunctions());
  EXPECT_EQ(Open().Groups().value(), (std::vector<int>{7, 30}));
  ASSERT_TRUE(Open().Remove(30));
  EXPECT_TRUE(Open().Read(30)->functions.empty());
  EXPECT_EQ(Open().Groups().value(), (std::vector<int>{7}));
  EXPECT_TRUE(Open().Remove(30));
}

TEST_F(JournalTest, Directory_IsRootsAlone) {
  (void)Open();
  struct stat status {};
  ASSERT_EQ(::stat(directory_.At("run/vfio").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  // The way there is for everybody: the sockets of leases lie there, too.
  ASSERT_EQ(::stat(directory_.At("run").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0711U);
  ASSERT_EQ(::chmod(directory_.At("run/vfio").c_str(), 0777), 0);
  const auto opened = Journal::Open(directory_.At("run/vfio"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(JournalTest, SecondDaemon_TakesNothing) {
  const Journal first = Open();
  const auto second = Journal::Open(directory_.At("run/vfio"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
}

TEST_F(JournalTest, DraftOfADaemonThatDied_IsNoEntry) {
  (void)Open();
  directory_.AddFile("run/vfio/30.json.new", "{\"vers");
  directory_.AddFile("run/vfio/x.json", "{}");
  EXPECT_TRUE(Open().Groups()->empty());
  EXPECT_TRUE(Open().Write(TwoFunctions()));
  EXPECT_EQ(Open().Read(30).value(), TwoFunctions());
}

TEST_F(JournalTest, TextThatCannotBeBelieved_IsRefused) {
  (void)Open();
  const std::string head = R"({"version": 1, "group": 30, "functions": )";
  const std::string one = R"("driver": "nvme", "driver_override": "")";
  for (const std::string& text : std::vector<std::string>{
           "", "[]", "{}", R"({"version": 2, "group": 30, "functions": []})",
           R"({"version": 1, "group": 31, "functions": []})",
           head + "[{" + one + "}]}",
           head + R"([{"address": "../..", )" + one + "}]}",
           head + R"([{"address": "0000:3a:00.0", "driver": "../../x",
                       "driver_override": ""}]})",
           head + R"([{"address": "0000:3a:00.0", "driver": "..",
                       "driver_override": ""}]})",
           head + R"([{"address": "0000:3a:00.0", "driver": "nvme",
                       "driver_override": "a\nb"}]})"}) {
    EXPECT_EQ(FaultOf(text), ErrorCode::kCorruptInput) << text;
  }
}

TEST_F(JournalTest, FileThatOthersCanWrite_IsRefused) {
  ASSERT_TRUE(Open().Write(TwoFunctions()));
  const std::string text = ReadFile(directory_.At("run/vfio/30.json"));
  directory_.AddFile("run/vfio/30.json", text, 0666);
  EXPECT_EQ(Open().Read(30).error().code, ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace acceld::daemon::vfio
