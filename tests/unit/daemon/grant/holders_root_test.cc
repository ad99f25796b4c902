// FindHolders against the real procfs: what others have open is for root.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "base/unique_fd.h"
#include "daemon/grant/holders.h"

namespace acceld::daemon {
namespace {

// Documentation/admin-guide/devices.txt: 1 char, 5 = /dev/zero, 7 = /dev/full.
const dev_t kZero = makedev(1, 5);
const dev_t kFull = makedev(1, 7);

class RealProc : public ::testing::Test {
 protected:
  static bool IsSelfAmong(dev_t device) {
    const auto holders = FindHolders(device);
    EXPECT_TRUE(holders.has_value())
        << (holders ? "" : holders.error().message);
    return holders && std::any_of(holders->begin(), holders->end(),
                                  [](const Holder& holder) {
                                    return holder.pid == ::getpid();
                                  });
  }
};

TEST_F(RealProc, OpenPinnedAndClosed_AreToldApart) {
  EXPECT_FALSE(IsSelfAmong(kFull));
  const UniqueFd pin(::open("/dev/full", O_PATH | O_CLOEXEC));
  EXPECT_FALSE(IsSelfAmong(kFull));
  {
    const UniqueFd open(::open("/dev/full", O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(IsSelfAmong(kFull));
  }
  EXPECT_FALSE(IsSelfAmong(kFull));
}

TEST_F(RealProc, MappingWithoutDescriptor_IsFound) {
  EXPECT_FALSE(IsSelfAmong(kZero));
  UniqueFd open(::open("/dev/zero", O_RDWR | O_CLOEXEC));
  void* pages = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, open.get(), 0);
  ASSERT_NE(pages, MAP_FAILED);
  open.Reset();
  EXPECT_TRUE(IsSelfAmong(kZero));
  EXPECT_EQ(::munmap(pages, 4096), 0);
  EXPECT_FALSE(IsSelfAmong(kZero));
}

}  // namespace
}  // namespace acceld::daemon
