#include "daemon/grant/buffer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>

#include "tests/support/sys_tree.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SysTree;

constexpr std::string_view kMeminfo = "sys/devices/system/node/node0/meminfo";

// A machine whose node 0 has so much free.
void SetFree(SysTree& tree, const std::string& kib) {
  tree.AddFile(kMeminfo, "Node 0 MemTotal:       65536 kB\nNode 0 MemFree:   " +
                             kib + " kB\nNode 0 MemUsed:   1 kB\n");
}

void ExpectCode(const Result<UniqueFd>& result, ErrorCode code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, code) << result.error().message;
}

TEST(MakeBuffer, Size_IsWhatWasAskedFor) {
  const SysTree tree;
  for (const std::int64_t size : {1, 4096, 4097, 1 << 20}) {
    const auto buffer = MakeBuffer("b", Bytes(size), {}, tree.root());
    ASSERT_TRUE(buffer.has_value());
    struct stat status {};
    ASSERT_EQ(::fstat(buffer->get(), &status), 0);
    EXPECT_EQ(status.st_size, size);
  }
}

TEST(MakeBuffer, Descriptor_IsCloseOnExec) {
  const SysTree tree;
  const auto buffer = MakeBuffer("b", Bytes(4096), {}, tree.root());
  ASSERT_TRUE(buffer.has_value());
  EXPECT_EQ(::fcntl(buffer->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(MakeBuffer, Seals_KeepItsSizeAndThemselves) {
  const SysTree tree;
  const auto buffer = MakeBuffer("b", Bytes(8192), {}, tree.root());
  ASSERT_TRUE(buffer.has_value());
  EXPECT_EQ(::fcntl(buffer->get(), F_GET_SEALS),
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  EXPECT_EQ(::ftruncate(buffer->get(), 4096), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(buffer->get(), 16384), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::fcntl(buffer->get(), F_ADD_SEALS, F_SEAL_WRITE), -1);
  EXPECT_EQ(errno, EPERM);
}

TEST(MakeBuffer, Pages_CanBeWrittenAndStartEmpty) {
  const SysTree tree;
  const auto buffer = MakeBuffer("b", Bytes(4096), {}, tree.root());
  ASSERT_TRUE(buffer.has_value());
  char byte = 'x';
  ASSERT_EQ(::pread(buffer->get(), &byte, 1, 4095), 1);
  EXPECT_EQ(byte, 0);
  EXPECT_EQ(::pwrite(buffer->get(), "y", 1, 4095), 1);
}

TEST(MakeBuffer, Empty_IsRefused) {
  const SysTree tree;
  ExpectCode(MakeBuffer("b", Bytes(0), {}, tree.root()),
             ErrorCode::kInvalidArgument);
  ExpectCode(MakeBuffer("b", Bytes(-1), {}, tree.root()),
             ErrorCode::kInvalidArgument);
}

TEST(MakeBuffer, NodeThatCannotBe_IsRefused) {
  const SysTree tree;
  for (const std::int64_t node : {-1, 1024}) {
    ExpectCode(MakeBuffer("b", Bytes(4096), node, tree.root()),
               ErrorCode::kInvalidArgument);
  }
}

TEST(MakeBuffer, NodeWithTooLittleFree_IsNoMemory) {
  SysTree tree;
  SetFree(tree, "7");
  ExpectCode(MakeBuffer("b", Bytes(8192), 0, tree.root()),
             ErrorCode::kNoMemory);
}

TEST(MakeBuffer, NodeThatIsNotThere_IsNotFound) {
  const SysTree tree;
  ExpectCode(MakeBuffer("b", Bytes(4096), 0, tree.root()),
             ErrorCode::kNotFound);
}

TEST(MakeBuffer, MeminfoWithoutANumber_IsCorrupt) {
  SysTree tree;
  for (const std::string text :
       {"", "Node 0 MemTotal: 5 kB\n", "Node 0 MemFree: kB\n",
        "Node 0 MemFree: 99999999999999999999 kB\n",
        "Node 0 MemFree: 9223372036854775807 kB\n"}) {
    tree.AddFile(kMeminfo, text);
    ExpectCode(MakeBuffer("b", Bytes(4096), 0, tree.root()),
               ErrorCode::kCorruptInput);
  }
}

TEST(MakeBuffer, Node0_BindsThePagesOfTheObject) {
  if (!std::filesystem::exists("/sys/devices/system/node/node0")) {
    GTEST_SKIP() << "the kernel of this machine names no NUMA node 0";
  }
  SysTree tree;
  SetFree(tree, "8");
  constexpr std::size_t kSize = 8192;  // exactly what is free
  const auto buffer = MakeBuffer("b", Bytes(kSize), 0, tree.root());
  ASSERT_TRUE(buffer.has_value()) << buffer.error().message;
  // Whoever maps the object finds the binding.
  void* pages = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED,
                       buffer->get(), 0);
  ASSERT_NE(pages, MAP_FAILED);
  int mode = -1;
  std::array<unsigned long, 16> nodes{};
  EXPECT_EQ(::syscall(SYS_get_mempolicy, &mode, nodes.data(), 1024UL, pages,
                      MPOL_F_ADDR),
            0);
  EXPECT_EQ(mode, MPOL_BIND);
  EXPECT_EQ(nodes[0], 1UL);
  EXPECT_EQ(::munmap(pages, kSize), 0);
}

TEST(MakeHugeBuffer, NoHugePagesInTheKernel_IsUnsupported) {
  SysTree tree;
  tree.AddFile("proc/meminfo", "MemTotal:  1 kB\n");
  ExpectCode(MakeHugeBuffer("b", Bytes(1), {}, tree.root()),
             ErrorCode::kUnsupported);
}

// Rounded up to whole pages: two, of which the pool has one.
TEST(MakeHugeBuffer, PoolWithTooFew_IsNoMemory) {
  SysTree tree;
  tree.AddFile("proc/meminfo", "Hugepagesize:       2048 kB\n");
  tree.AddFile(
      "sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages",
      "1\n");
  ExpectCode(MakeHugeBuffer("b", Bytes((2 << 20) + 1), 1, tree.root()),
             ErrorCode::kNoMemory);
}

TEST(MakeHugeBuffer, PoolThatCannotBeRead_IsNoBuffer) {
  SysTree tree;
  tree.AddFile("proc/meminfo", "Hugepagesize:       2048 kB\n");
  EXPECT_FALSE(MakeHugeBuffer("b", Bytes(1), 1, tree.root()));
}

}  // namespace
}  // namespace acceld::daemon
