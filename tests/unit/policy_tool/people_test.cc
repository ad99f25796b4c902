// Users and groups of another machine, from a file; and made-up ones.
#include "client/policy/people.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/support/temp_dir.h"

namespace acceld::policy_tool {
namespace {

using ::acceld::testing::TempDir;

constexpr const char* kMachine =
    "root:x:0:0:root:/root:/bin/bash\n"
    "ann:x:1001:100:Ann,,,:/home/ann:/bin/sh\n"
    "bob:x:1002:2000::/:\n"
    "\n"
    "# from `getent group`\n"
    "root:x:0:\n"
    "users:x:100:bob\n"
    "ml:x:2000:ann,root\n";

std::unique_ptr<People> Listed(const std::string& text) {
  auto people = ListPeople(text, "people.txt");
  EXPECT_TRUE(people) << (people ? "" : people.error().message);
  return people ? *std::move(people) : InventPeople();
}

TEST(ListedPeople, UsersAndGroups_HaveTheirNumbers) {
  const auto people = Listed(kMachine);
  EXPECT_EQ(people->FindUser("ann").value(), 1001U);
  EXPECT_EQ(people->FindGroup("ml").value(), 2000U);
  EXPECT_EQ(people->FindUser("ml").value(), std::nullopt);
  EXPECT_EQ(people->FindGroup("ann").value(), std::nullopt);
}

TEST(ListedPeople, Groups_AreThePrimaryOneAndThoseThatListTheUser) {
  const auto people = Listed(kMachine);
  EXPECT_EQ(people->GroupsOf("ann").value(), (std::vector<gid_t>{100, 2000}));
  EXPECT_EQ(people->GroupsOf("bob").value(), (std::vector<gid_t>{2000, 100}));
  EXPECT_EQ(people->GroupsOf("nobody").value(), std::vector<gid_t>{});
}

// As the C library takes the first line of a name.
TEST(ListedPeople, TwoLinesOfOneName_TheFirstCounts) {
  const auto people = Listed("ml:x:7:\nml:x:8:\n");
  EXPECT_EQ(people->FindGroup("ml").value(), 7U);
}

TEST(ListedPeople, WhatIsNoLineOfEither_IsNamedByItsNumber) {
  for (const std::string line :
       {"ann", "ann:x:1:2:3", "ann:x:many:100:::", "ann:x:-1:100:::",
        "ann:x:1:4294967295:::", "ml:x::", "ml:x:99999999999:"}) {
    const auto people = ListPeople("root:x:0:0:::\n" + line, "people.txt");
    ASSERT_FALSE(people) << line;
    EXPECT_EQ(people.error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(people.error().message.starts_with("people.txt:2: "))
        << people.error().message;
  }
}

TEST(MakePeople, File_IsRead_AndAMissingOneIsTold) {
  TempDir folder;
  folder.AddFile("people.txt", kMachine);
  const auto people = MakePeople({folder.At("people.txt"), false});
  ASSERT_TRUE(people) << people.error().message;
  EXPECT_EQ((*people)->FindUser("bob").value(), 1002U);
  const auto none = MakePeople({folder.At("none.txt"), false});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST(InventedPeople, EveryName_HasANumberOfItsOwn) {
  const auto people = InventPeople();
  const auto ann = people->FindUser("ann").value();
  const auto bob = people->FindUser("bob").value();
  ASSERT_TRUE(ann && bob);
  EXPECT_NE(*ann, *bob);
  EXPECT_EQ(people->FindUser("ann").value(), ann);
  EXPECT_EQ(people->FindUser("root").value(), 0U);
}

TEST(MakeSubject, GroupsOfTheCommandLine_AreBesideThoseOfTheUser) {
  const auto people = Listed(kMachine);
  const auto ann = MakeSubject({"ann", {"root", "77"}, "/ml.slice"}, *people);
  ASSERT_TRUE(ann) << ann.error().message;
  EXPECT_EQ(ann->uid, 1001U);
  EXPECT_EQ(ann->gids, (std::vector<gid_t>{100, 2000, 0, 77}));
  EXPECT_EQ(ann->slice, "/ml.slice");
}

TEST(MakeSubject, WhoIsNotListed_IsAMistake_UnlessANumberSaysIt) {
  const auto people = Listed(kMachine);
  for (const SubjectText& text :
       {SubjectText{"eve", {}, ""}, SubjectText{"ann", {"dialout"}, ""}}) {
    const auto subject = MakeSubject(text, *people);
    ASSERT_FALSE(subject);
    EXPECT_EQ(subject.error().code, ErrorCode::kNotFound);
  }
  const auto number = MakeSubject({"4711", {}, ""}, *people);
  ASSERT_TRUE(number);
  EXPECT_EQ(number->uid, 4711U);
  EXPECT_TRUE(number->gids.empty());
}

}  // namespace
}  // namespace acceld::policy_tool
