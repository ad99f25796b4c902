#include "base/sys_root.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_dir.h"

namespace acceld {
namespace {

using ::acceld::testing::TempDir;

// A tree with something beside it that must stay out of reach.
class SysRootTest : public ::testing::Test {
 protected:
  SysRootTest() {
    directory_.AddFile("secret", "outside");
    directory_.AddFile("root/sys/a", "inside\n");
    root_.emplace(SysRoot::Open(directory_.At("root")).value());
  }
  void Add(std::string_view path, std::string_view bytes) {
    directory_.AddFile("root/" + std::string(path), bytes);
  }
  void Link(std::string_view path, const std::string& target) {
    directory_.AddLink("root/" + std::string(path), target);
  }
  [[nodiscard]] const SysRoot& root() const { return *root_; }
  template <typename T>
  static ErrorCode CodeOf(const Result<T>& result) {
    if (!result) return result.error().code;
    ADD_FAILURE() << "succeeded";
    return ErrorCode::kInternal;
  }

  TempDir directory_;
  std::optional<SysRoot> root_;
};

TEST_F(SysRootTest, Attribute_ComesWithoutTrailingSpace) {
  Add("sys/spaces", "  a b \t\n\n");
  Add("sys/empty", "");
  EXPECT_EQ(root().ReadAttribute("sys/a").value(), "inside");
  EXPECT_EQ(root().ReadAttribute("sys/spaces").value(), "  a b");
  EXPECT_EQ(root().ReadAttribute("sys/empty").value(), "");
  EXPECT_EQ(root().ReadFile("sys/a").value(), "inside\n");
}

TEST_F(SysRootTest, Range_IsWhatIsThereOfIt) {
  Add("sys/config", std::string("0123\0"
                                "567",
                                8));
  const auto file = root().OpenFile("sys/config");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->ReadRange(0, 4).value(), "0123");
  EXPECT_EQ(file->ReadRange(3, 2).value(), std::string("3\0", 2));
  EXPECT_EQ(file->ReadRange(6, 100).value(), "67");
  EXPECT_EQ(file->ReadRange(8, 1).value(), "");
  EXPECT_EQ(file->ReadRange(4096, 4).value(), "");
  EXPECT_EQ(CodeOf(root().OpenFile("sys/b")), ErrorCode::kNotFound);
}

TEST_F(SysRootTest, AbsentThings_AreNotFound) {
  EXPECT_EQ(CodeOf(root().ReadFile("sys/b")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(root().List("dev")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(root().Canonical("sys/b")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(SysRoot::Open(directory_.At("none"))), ErrorCode::kNotFound);
  EXPECT_FALSE(root().Exists("sys/b"));
  EXPECT_TRUE(root().Exists("sys/a"));
}

TEST_F(SysRootTest, FileAsRoot_IsRefused) {
  EXPECT_EQ(CodeOf(SysRoot::Open(directory_.At("secret"))), ErrorCode::kIo);
}

TEST_F(SysRootTest, DotDot_StopsAtTheRoot) {
  EXPECT_EQ(CodeOf(root().ReadFile("../secret")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(root().ReadFile("sys/../../../../secret")),
            ErrorCode::kNotFound);
  EXPECT_EQ(root().ReadAttribute("sys/../../sys/a").value(), "inside");
}

TEST_F(SysRootTest, LinksThatPointOut_AreKeptIn) {
  Link("sys/up", "../../secret");
  Link("sys/absolute", directory_.At("secret"));
  Link("sys/tree", "/");
  EXPECT_EQ(CodeOf(root().ReadFile("sys/up")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(root().ReadFile("sys/absolute")), ErrorCode::kNotFound);
  // An absolute link means the recorded machine's root.
  EXPECT_EQ(root().ReadAttribute("sys/tree/sys/a").value(), "inside");
  EXPECT_EQ(CodeOf(root().ReadFile("sys/tree/secret")), ErrorCode::kNotFound);
}

TEST_F(SysRootTest, LinkLoop_IsAFault) {
  Link("sys/one", "two");
  Link("sys/two", "one");
  EXPECT_EQ(CodeOf(root().ReadFile("sys/one")), ErrorCode::kIo);
  EXPECT_FALSE(root().Exists("sys/one"));
}

TEST_F(SysRootTest, AbsolutePath_IsRelativeToTheRoot) {
  EXPECT_EQ(root().ReadAttribute("/sys/a").value(), "inside");
}

TEST_F(SysRootTest, PathWithANul_IsNotCutThere) {
  EXPECT_EQ(CodeOf(root().ReadFile(std::string_view("sys/a\0b", 7))),
            ErrorCode::kInvalidArgument);
}

TEST_F(SysRootTest, Fifo_IsRefusedAndDoesNotBlock) {
  directory_.AddFifo("root/sys/fifo");
  EXPECT_EQ(CodeOf(root().ReadFile("sys/fifo")), ErrorCode::kCorruptInput);
}

TEST_F(SysRootTest, DirectoryAsFileAndFileAsDirectory_AreFaults) {
  EXPECT_EQ(CodeOf(root().ReadFile("sys")), ErrorCode::kIo);
  EXPECT_EQ(CodeOf(root().List("sys/a")), ErrorCode::kIo);
  EXPECT_EQ(CodeOf(root().ReadFile("sys/a/b")), ErrorCode::kIo);
}

TEST_F(SysRootTest, LongFiles_AreRefusedAtTheLimit) {
  Add("sys/page", std::string(SysRoot::kAttributeLimit, 'a'));
  Add("sys/longer", std::string(SysRoot::kAttributeLimit + 1, 'a'));
  Add("sys/huge", std::string(8 * SysRoot::kFileLimit, 'a'));
  EXPECT_EQ(root().ReadAttribute("sys/page").value().size(),
            SysRoot::kAttributeLimit);
  EXPECT_EQ(CodeOf(root().ReadAttribute("sys/longer")),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(CodeOf(root().ReadFile("sys/huge")), ErrorCode::kCorruptInput);
}

TEST_F(SysRootTest, BytesThatAreNoText_AreNoAttribute) {
  Add("sys/nul", std::string_view("a\0b", 3));
  Add("sys/latin1", "caf\xe9");
  EXPECT_EQ(CodeOf(root().ReadAttribute("sys/nul")), ErrorCode::kCorruptInput);
  EXPECT_EQ(CodeOf(root().ReadAttribute("sys/latin1")),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(root().ReadFile("sys/nul").value().size(), 3U);
}

TEST_F(SysRootTest, Integers_AreWholeNumbers) {
  Add("sys/decimal", "-12\n");
  Add("sys/hexadecimal", "0x8086\n");
  Add("sys/words", "12 apples\n");
  EXPECT_EQ(root().ReadInteger("sys/decimal").value(), -12);
  EXPECT_EQ(root().ReadInteger("sys/hexadecimal").value(), 0x8086);
  EXPECT_EQ(CodeOf(root().ReadInteger("sys/words")), ErrorCode::kCorruptInput);
}

TEST_F(SysRootTest, List_IsSortedAndComplete) {
  Add("sys/class/drm/card1", "");
  Add("sys/class/drm/card0", "");
  Link("sys/class/drm/dangling", "nowhere");
  EXPECT_EQ(root().List("sys/class/drm").value(),
            (std::vector<std::string>{"card0", "card1", "dangling"}));
}

TEST_F(SysRootTest, Canonical_FollowsLinksWithinTheRoot) {
  Add("sys/devices/pci0000:00/0000:00:01.0/vendor", "0x8086");
  Link("sys/bus/pci/devices/0000:00:01.0",
       "../../../devices/pci0000:00/0000:00:01.0");
  EXPECT_EQ(root().Canonical("sys/bus/pci/devices/0000:00:01.0").value(),
            "sys/devices/pci0000:00/0000:00:01.0");
  EXPECT_EQ(root().ReadLink("sys/bus/pci/devices/0000:00:01.0").value(),
            "../../../devices/pci0000:00/0000:00:01.0");
  EXPECT_EQ(root().Canonical("sys/..").value(), "");
}

// Everything that can be asked of `path`, with what is answered.
std::string AnswersOf(const SysRoot& root, const std::string& path) {
  const auto text = [](const auto& result) {
    return result ? *result : result.error().message;
  };
  std::string answers = text(root.ReadFile(path)) + "|" +
                        text(root.ReadLink(path)) + "|" +
                        text(root.Canonical(path));
  const auto names = root.List(path);
  if (!names) answers += names.error().message;
  for (const auto& name : names.value_or(std::vector<std::string>())) {
    answers += " " + name;
  }
  const auto file = root.OpenFile(path);
  answers += file ? text(file->ReadRange(1, 2)) : file.error().message;
  return answers + (root.Exists(path) ? " exists" : " is not there");
}

TEST_F(SysRootTest, NearADirectory_AnswersAreTheSame) {
  Add("sys/devices/one/vendor", "0x8086");
  Add("sys/devices/one/power/state", "on");
  Add("sys/devices/two/vendor", "0x1002");
  Link("sys/bus/one", "../devices/one");
  Link("sys/devices/one/driver", "../../bus/none");
  Link("sys/devices/one/peer", "../two");
  Link("sys/devices/one/up", "../../../../secret");
  Link("sys/devices/one/absolute", "/sys/a");
  Link("sys/devices/one/self", "vendor");
  Link("sys/devices/one/loop", "loop");
  directory_.AddFifo("root/sys/devices/one/fifo");
  for (const char* directory : {"sys/bus/one", "sys/devices/one"}) {
    const SysRoot near = root().Near(directory);
    for (const char* name : {"",
                             "/",
                             "/vendor",
                             "/power",
                             "/power/state",
                             "/driver",
                             "/peer",
                             "/peer/vendor",
                             "/up",
                             "/absolute",
                             "/self",
                             "/loop",
                             "/loop/x",
                             "/fifo",
                             "/none",
                             "/..",
                             "/../two/vendor",
                             "/../../../../secret",
                             "//vendor",
                             "/./vendor",
                             "2/vendor"}) {
      const std::string path = directory + std::string(name);
      EXPECT_EQ(AnswersOf(near, path), AnswersOf(root(), path)) << path;
    }
    EXPECT_EQ(near.ReadAttribute("sys/a").value(), "inside");
  }
}

TEST_F(SysRootTest, NearWhatIsNotThere_IsTheRoot) {
  EXPECT_EQ(root().Near("sys/none").ReadAttribute("sys/a").value(), "inside");
  EXPECT_EQ(CodeOf(root().Near("sys/a").ReadFile("sys/a/b")), ErrorCode::kIo);
}

TEST_F(SysRootTest, ReadLinkOfNoLink_IsAFault) {
  EXPECT_FALSE(root().ReadLink("sys/a").has_value());
}

TEST_F(SysRootTest, Liveness_IsTheRealRootOnly) {
  EXPECT_FALSE(root().is_live());
  EXPECT_EQ(root().directory(), directory_.At("root"));
  EXPECT_TRUE(SysRoot::Open("/").value().is_live());
  EXPECT_EQ(SysRoot::Open("/").value().Canonical("/").value(), "");
}

TEST(ParseIntegerTest, OnlyWholeNumbers_AreAccepted) {
  EXPECT_EQ(ParseInteger("0").value(), 0);
  EXPECT_EQ(ParseInteger("-9223372036854775808").value(), INT64_MIN);
  EXPECT_EQ(ParseInteger("0x7fffffffffffffff").value(), INT64_MAX);
  for (const char* text :
       {"", "-", "0x", "0x-5", "-0x5", "+1", " 1", "1 ", "1.0", "0xg", "1e3",
        "9223372036854775808", "0xffffffffffffffff", "\xff"}) {
    const auto number = ParseInteger(text);
    ASSERT_FALSE(number.has_value()) << text;
    EXPECT_EQ(number.error().code, ErrorCode::kCorruptInput);
  }
}

RC_GTEST_PROP(ParseIntegerProperty, EveryInteger_SurvivesTheRoundTrip,
              (std::int64_t number)) {
  RC_ASSERT(ParseInteger(std::to_string(number)).value() == number);
}

}  // namespace
}  // namespace acceld
