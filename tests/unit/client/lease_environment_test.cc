// What a command that holds a lease is told, and how it gets its descriptors.
#include "client/lease_environment.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "api/session.h"
#include "base/document.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "client/grants_document.h"

namespace acceld::client {
namespace {

std::vector<api::Grant> SomeGrants() {
  std::vector<api::Grant> grants(3);
  grants[0].stage = "pack";
  grants[0].kind = "soft";
  grants[1].stage = "pack";
  grants[1].replica = 2;
  grants[1].kind = "fd";
  grants[2].stage = "pack";
  grants[2].kind = "buffer";
  grants[2].link = 4;
  grants[2].size = 4096;
  return grants;
}

TEST(GrantsDocumentTest, Names_AreUniqueInALease) {
  const auto grants = SomeGrants();
  EXPECT_EQ(NameOf(grants[0]), "pack");
  EXPECT_EQ(NameOf(grants[1]), "pack.2");
  EXPECT_EQ(NameOf(grants[2]), "buffer.4");
}

TEST(GrantsDocumentTest, WhatBelongsToADevice_IsNamedByItsRole) {
  auto grants = SomeGrants();
  grants[0].role = "container";
  grants[1].role = "group";
  grants[1].details = Document::Object{{"framework", "vfio"}};
  EXPECT_EQ(NameOf(grants[0]), "pack.container");
  EXPECT_EQ(NameOf(grants[1]), "pack.2.group");
  const Document document = GrantsDocument(grants);
  EXPECT_EQ(*(*document.AsArray())[1].Find("role"), Document("group"));
  const Document* details = (*document.AsArray())[1].Find("details");
  ASSERT_NE(details, nullptr);
  EXPECT_EQ(*details->Find("framework"), Document("vfio"));
  EXPECT_EQ((*document.AsArray())[2].Find("details"), nullptr);
}

TEST(GrantsDocumentTest, Document_TellsTheGivenNumbers) {
  const Document document = GrantsDocument(SomeGrants(), {4, 5, 6});
  ASSERT_EQ(document.AsArray()->size(), 3U);
  EXPECT_EQ(*(*document.AsArray())[1].Find("fd"), Document(5));
  EXPECT_EQ(*(*document.AsArray())[2].Find("size"), Document(4096));
  EXPECT_EQ((*document.AsArray())[0].Find("size"), nullptr);
}

TEST(LeaseEnvironmentTest, Variables_SayWhatEachDescriptorIs) {
  const auto grants = SomeGrants();
  const auto environment = EnvironmentOf("/lease/7", 9, grants);
  ASSERT_EQ(environment.fds.size(), 4U);
  EXPECT_EQ(environment.fds[0], 9);
  const std::map<std::string, std::string> variables(
      environment.variables.begin(), environment.variables.end());
  EXPECT_EQ(variables.at("ACCELD_LEASE"), "/lease/7");
  EXPECT_EQ(variables.at("ACCELD_SESSION_FD"), "3");
  EXPECT_EQ(variables.at("ACCELD_FDS"), "4");
  EXPECT_EQ(variables.at("ACCELD_FDNAMES"), "session:pack:pack.2:buffer.4");
  const auto told = ParseJson(variables.at("ACCELD_GRANTS"));
  ASSERT_TRUE(told);
  EXPECT_EQ(*told->AsArray()->back().Find("fd"), Document(6));
}

TEST(LeaseEnvironmentTest, OtherNumbers_AreTold) {
  const auto environment = EnvironmentOf("/lease/7", 9, SomeGrants(), 40);
  const std::map<std::string, std::string> variables(
      environment.variables.begin(), environment.variables.end());
  EXPECT_EQ(variables.at("ACCELD_SESSION_FD"), "40");
  const auto told = ParseJson(variables.at("ACCELD_GRANTS"));
  ASSERT_TRUE(told);
  EXPECT_EQ(*told->AsArray()->front().Find("fd"), Document(41));
}

// Inode of an open descriptor that is not close-on-exec; 0: no such.
ino_t Inherited(int fd) {
  struct stat status {};
  if (::fcntl(fd, F_GETFD) != 0 || ::fstat(fd, &status) != 0) return 0;
  return status.st_ino;
}

// Above the numbers that are to be replaced.
int Memory() {
  const UniqueFd low(::memfd_create("memory", MFD_CLOEXEC));
  return ::fcntl(low.get(), F_DUPFD_CLOEXEC, 100);
}

// In a child: the test runner's own descriptors are at these numbers.
TEST(LeaseEnvironmentTest, Descriptors_AreMovedBeforeTheyAreReplaced) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int one = Memory();
    const int two = Memory();
    (void)::dup3(one, kFirstHandedFd + 1, O_CLOEXEC);
    (void)::dup3(two, kFirstHandedFd, O_CLOEXEC);
    const ino_t first = Inherited(::dup(one));
    const ino_t second = Inherited(::dup(two));
    const std::vector<int> swapped{kFirstHandedFd + 1, kFirstHandedFd};
    if (!PlaceFds(swapped)) ::_exit(1);
    if (first == second || Inherited(kFirstHandedFd) != first) ::_exit(2);
    ::_exit(Inherited(kFirstHandedFd + 1) == second ? 0 : 3);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(LeaseEnvironmentTest, DescriptorThatIsNotOpen_IsAFault) {
  const std::vector<int> closed{-1};
  EXPECT_FALSE(PlaceFds(closed));
}

}  // namespace
}  // namespace acceld::client
