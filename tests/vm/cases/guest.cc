#include "tests/vm/cases/guest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/sys_root.h"
#include "probes/probe.h"

namespace acceld::vm {
namespace {

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

SysRoot LiveRoot() {
  auto root = SysRoot::Open("/");
  if (!root) {
    std::fprintf(stderr, "/: %s\n", root.error().message.c_str());
    std::exit(1);
  }
  probes::PrepareHwloc(*root);
  return *std::move(root);
}

}  // namespace

std::string GuestName() { return ReadWhole("/etc/acceld-guest"); }

const Document& Configured() {
  static const Document kMachine = [] {
    auto document = ParseJson(ReadWhole("/etc/acceld-machine.json"));
    if (document) return *std::move(document);
    std::fprintf(stderr, "this is no guest of scripts/test-vm.sh\n");
    std::exit(1);
  }();
  return kMachine;
}

std::shared_ptr<const graph::Topology> ProbeGuest() {
  static const SysRoot kRoot = LiveRoot();
  return graph::Topology::Build(probes::ProbeMachine(kRoot), 1);
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<UacceDevice> UacceDevices() {
  const std::filesystem::path root = "/sys/class/uacce";
  std::vector<UacceDevice> devices;
  if (!std::filesystem::exists(root)) return devices;
  for (const std::string& name : NamesIn(root)) {
    const std::string function =
        std::filesystem::canonical(root / name / "device");
    // host bridge / root port / function, or two ports of a switch between
    const auto parts = std::count(function.begin(), function.end(), '/');
    devices.push_back({name, "/dev/" + name,
                       function.substr(function.rfind('/') + 1), parts > 5});
  }
  std::sort(devices.begin(), devices.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  return devices;
}

UacceDevice UsableUacce(std::size_t index) {
  for (const UacceDevice& device : UacceDevices()) {
    if (GuestName() == "sva" && device.is_switched) continue;
    if (index-- == 0) return device;
  }
  std::fprintf(stderr, "this guest has too few uacce devices\n");
  std::exit(1);
}

void WriteAttribute(const std::string& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  ASSERT_TRUE(out.flush()) << path;
}

std::string TextOf(const graph::Topology& topology, const std::string& key,
                   const std::string& attribute) {
  const auto id = topology.Find(key);
  const AttributeValue* value =
      id ? topology.vertex(*id).Get(attribute) : nullptr;
  return value == nullptr ? std::string() : ToText(*value);
}

}  // namespace acceld::vm
