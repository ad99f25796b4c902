// Who has one open file of a device that others have open too. Reads /proc of
// children of this process, which takes no privilege.
#include "daemon/grant/file_holders.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <vector>

#include "base/unique_fd.h"

namespace acceld::daemon {
namespace {

const dev_t kZero = makedev(1, 5);  // Documentation/admin-guide/devices.txt

// A child that did `prepare` and waits; killed and buried at the end.
class Child {
 public:
  explicit Child(const std::function<void()>& prepare) {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
    const UniqueFd reader(ready[0]);
    UniqueFd writer(ready[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
      prepare();
      (void)!::write(writer.get(), "x", 1);
      for (;;) ::pause();
    }
    writer.Reset();
    char byte = 0;
    EXPECT_EQ(::read(reader.get(), &byte, 1), 1);
  }
  ~Child() {
    (void)::kill(pid_, SIGKILL);
    (void)::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] Holder holder(uid_t user) const {
    return {pid_, user, "child"};
  }

 private:
  pid_t pid_ = -1;
};

class KeepHoldersTest : public ::testing::Test {
 protected:
  [[nodiscard]] bool IsKept(const Child& child, uid_t user = 1000) const {
    const auto kept =
        KeepHoldersOf(file_.get(), kZero, 1000, {child.holder(user)});
    EXPECT_TRUE(kept.has_value());
    return kept.has_value() && kept->size() == 1;
  }
  UniqueFd file_{::open("/dev/zero", O_RDWR | O_CLOEXEC)};
};

TEST_F(KeepHoldersTest, DescriptorOfTheFile_IsKept) {
  const Child child([] {});  // inherits it
  EXPECT_TRUE(IsKept(child));
  EXPECT_TRUE(IsKept(child, 1001));  // whoever it was handed on to
}

TEST_F(KeepHoldersTest, OpenOfItsOwn_IsNot) {
  const Child child([this] {
    file_.Reset();
    (void)::open("/dev/zero", O_RDWR | O_CLOEXEC);
  });
  EXPECT_FALSE(IsKept(child));
}

TEST_F(KeepHoldersTest, MappingWithoutDescriptor_IsTheUsers) {
  const Child child([this] {
    (void)::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file_.get(), 0);
    file_.Reset();
  });
  EXPECT_TRUE(IsKept(child));
  EXPECT_FALSE(IsKept(child, 1001));
}

TEST_F(KeepHoldersTest, ProcessThatEnded_IsNot) {
  Holder ended;
  {
    const Child child([] {});
    ended = child.holder(1000);
  }
  const auto kept = KeepHoldersOf(file_.get(), kZero, 1000, {ended});
  ASSERT_TRUE(kept.has_value());
  EXPECT_TRUE(kept->empty());
}

TEST_F(KeepHoldersTest, ThisProcess_IsLeftOut) {
  const auto kept =
      KeepHoldersOf(file_.get(), kZero, 1000, {{::getpid(), 1000, "self"}});
  ASSERT_TRUE(kept.has_value());
  EXPECT_TRUE(kept->empty());
}

TEST_F(KeepHoldersTest, HolderWithoutNumber_IsKept) {
  const auto kept = KeepHoldersOf(file_.get(), kZero, 1000, {{0, 0, ""}});
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->size(), 1U);
}

}  // namespace
}  // namespace acceld::daemon
