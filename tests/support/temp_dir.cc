#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace acceld::testing {
namespace {

std::string TestParent() {
  const char* base = std::getenv("TEST_TMPDIR");  // NOLINT: one thread
  return base == nullptr ? "/tmp" : base;
}

}  // namespace

TempDir::TempDir() : TempDir(TestParent()) {}

TempDir::TempDir(const std::string& parent) {
  std::string name = parent + "/acceld-XXXXXX";
  EXPECT_NE(::mkdtemp(name.data()), nullptr) << name;
  std::error_code error;
  path_ = std::filesystem::canonical(name, error).string();
  EXPECT_FALSE(error) << name;
}

TempDir::~TempDir() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string TempDir::At(std::string_view name) const {
  return std::string(path_).append("/").append(name);
}

void TempDir::AddFile(std::string_view name, std::string_view bytes,
                      mode_t mode) {
  const std::filesystem::path path = At(name);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_EQ(::chmod(path.c_str(), mode), 0) << path;
}

void TempDir::AddDirectory(std::string_view name, mode_t mode) {
  const std::filesystem::path path = At(name);
  std::error_code error;
  std::filesystem::create_directories(path, error);
  EXPECT_EQ(::chmod(path.c_str(), mode), 0) << path;
}

void TempDir::AddLink(std::string_view name, const std::string& target) {
  const std::filesystem::path path = At(name);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  EXPECT_EQ(::symlink(target.c_str(), path.c_str()), 0) << path;
}

void TempDir::AddFifo(std::string_view name) {
  EXPECT_EQ(::mkfifo(At(name).c_str(), 0644), 0) << name;
}

}  // namespace acceld::testing
