#include "tests/support/sys_tree.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>

#include "base/check.h"

namespace acceld::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNodes = "sys/devices/system/node/";
constexpr std::size_t kAcpiHeader = 36;
constexpr std::size_t kAcpiChecksum = 9;  // offset in the header

void Expect(const std::error_code& failed, std::string_view what) {
  EXPECT_FALSE(failed) << what << ": " << failed.message();
}

void FixChecksum(std::string& table) {
  if (table.size() <= kAcpiChecksum) return;
  table[kAcpiChecksum] = 0;
  unsigned sum = 0;
  for (const char byte : table) sum += static_cast<unsigned char>(byte);
  table[kAcpiChecksum] = static_cast<char>((256 - sum % 256) % 256);
}

}  // namespace

SysTree::SysTree() {
  const char* base = std::getenv("TEST_TMPDIR");  // NOLINT: one thread
  std::string pattern = std::string(base == nullptr ? "/tmp" : base);
  pattern += "/sys_tree.XXXXXX";
  ACCELD_CHECK(::mkdtemp(pattern.data()) != nullptr);
  directory_ = fs::canonical(pattern).string();
}

SysTree::~SysTree() {
  std::error_code ignored;  // leaving files behind does no harm
  fs::remove_all(directory_, ignored);
}

SysRoot SysTree::root() const {
  auto root = SysRoot::Open(directory_);
  ACCELD_CHECK(root.has_value());
  return *std::move(root);
}

std::string SysTree::Absolute(std::string_view path) const {
  return directory_ + "/" + std::string(path);
}

void SysTree::AddFile(std::string_view path, std::string_view bytes) {
  const fs::path file = Absolute(path);
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  Expect(failed, path);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(out.good()) << path;
}

void SysTree::AddDirectory(std::string_view path) {
  std::error_code failed;
  fs::create_directories(Absolute(path), failed);
  Expect(failed, path);
}

void SysTree::AddLink(std::string_view path, std::string_view text) {
  const fs::path link = Absolute(path);
  std::error_code failed;
  fs::create_directories(link.parent_path(), failed);
  Expect(failed, path);
  fs::create_symlink(fs::path(text), link, failed);
  Expect(failed, path);
}

void SysTree::AddLinkTo(std::string_view path, std::string_view target) {
  const fs::path from = fs::path("/") / fs::path(path).parent_path();
  const fs::path to = fs::path("/") / fs::path(target);
  AddLink(path, to.lexically_relative(from).string());
}

void SysTree::Remove(std::string_view path) {
  std::error_code failed;
  fs::remove_all(Absolute(path), failed);
  Expect(failed, path);
}

void SysTree::AddCpu(int cpu, int package, int core) {
  const std::string base =
      "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
  AddFile(base + "physical_package_id", std::to_string(package) + "\n");
  AddFile(base + "core_id", std::to_string(core) + "\n");
}

void SysTree::SetOnlineCpus(std::string_view list) {
  for (const std::string_view name : {"online", "possible", "present"}) {
    AddFile("sys/devices/system/cpu/" + std::string(name),
            std::string(list) + "\n");
  }
}

void SysTree::AddNumaNode(const NumaNodeSpec& node) {
  const std::string index = std::to_string(node.index);
  const std::string base = std::string(kNodes) + "node" + index + "/";
  AddFile(base + "cpulist", node.cpus + "\n");
  AddFile(base + "meminfo", "Node " + index + " MemTotal:       " +
                                std::to_string(node.memory_kib) + " kB\nNode " +
                                index + " MemFree:              0 kB\n");
  if (!node.distance.empty()) {
    AddFile(base + "distance", node.distance + "\n");
  }
  nodes_.push_back(node);
  WriteNodeLists();
}

void SysTree::WriteNodeLists() {
  const auto write = [this](std::string_view name, const auto& member) {
    std::string list;
    for (const NumaNodeSpec& node : nodes_) {
      if (!member(node)) continue;
      list += (list.empty() ? "" : ",") + std::to_string(node.index);
    }
    AddFile(std::string(kNodes) + std::string(name), list + "\n");
  };
  const auto any = [](const NumaNodeSpec&) { return true; };
  write("online", any);
  write("possible", any);
  write("has_cpu", [](const NumaNodeSpec& n) { return !n.cpus.empty(); });
  write("has_memory", [](const NumaNodeSpec& n) { return n.memory_kib > 0; });
  write("has_generic_initiator",
        [](const NumaNodeSpec& n) { return n.generic_initiator; });
}

void SysTree::AddAccess(const AccessSpec& access) {
  const std::string node =
      std::string(kNodes) + "node" + std::to_string(access.target);
  const std::string base =
      node + "/access" + std::to_string(access.access_class) + "/initiators/";
  for (const int initiator : access.initiators) {
    const std::string name = "node" + std::to_string(initiator);
    AddLinkTo(base + name, std::string(kNodes) + name);
  }
  AddFile(base + "read_latency", std::to_string(access.read_latency) + "\n");
  AddFile(base + "write_latency", std::to_string(access.write_latency) + "\n");
  AddFile(base + "read_bandwidth",
          std::to_string(access.read_bandwidth) + "\n");
  AddFile(base + "write_bandwidth",
          std::to_string(access.write_bandwidth) + "\n");
}

void SysTree::AddAcpiTable(std::string_view name, std::string table) {
  FixChecksum(table);
  AddFile("sys/firmware/acpi/tables/" + std::string(name), table);
}

std::string MakeAcpiTable(std::string_view signature, int revision,
                          std::string_view body) {
  std::string table(signature.substr(0, 4));
  table.resize(4, ' ');
  table += LittleEndian(kAcpiHeader + body.size(), 4);
  table += static_cast<char>(revision);
  table.resize(kAcpiHeader, '\0');
  table += body;
  FixChecksum(table);
  return table;
}

std::string LittleEndian(unsigned long long value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text += static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return text;
}

}  // namespace acceld::testing
