// What a probe of a machine costs beside hwloc's, and what hot-plug costs
// beside a full probe:
//   bazel run //bench:probe_bench -- / RECORDED-MACHINE...
//
// For each root, in one process and in turns, so that whatever else the machine
// does hits all alike. CPU time (user and system) and not the clock's, for all
// of it is computing and system calls, and so others' work counts for nobody;
// medians, of which only the ratios are worth reading:
//   lstopo      a process: lstopo-no-graphics --of xml with all I/O, with its
//               start and its XML: the floor of the budget. Its plugins and its
//               CPUID backend are off, as ours are, which makes it faster
//   accel-topo  a process: accel-topo --json, with its start and its JSON
//   hwloc       in this process: hwloc_topology_load with all I/O objects and
//               the XML export; the harder floor, without starting a process
//   probe       in this process: all probes, and the snapshot made of the facts
//   hot-plug    in this process: MachineProbe::Update after an event about one
//               PCI function (each in turn), and the snapshot made of the facts
// Budgets: probe / lstopo <= 1.5 (goal 1.0), hot-plug / probe <= 0.2. A root
// without PCI functions has no hot-plug to measure.
//
// hwloc reads what is not I/O too (CPUs, caches, NUMA); probes read what hwloc
// leaves out (configuration spaces, IOMMUs, HMAT, frameworks).
#include <fcntl.h>
#include <hwloc.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/sys_root.h"
#include "graph/topology.h"
#include "probes/changes.h"
#include "probes/machine_probe.h"
#include "probes/probe.h"
#include "tests/integration/running_daemon.h"

extern char** environ;

namespace acceld {
namespace {

using Microseconds = double;

constexpr int kWarmUp = 3;
constexpr int kRounds = 41;

Microseconds CpuTime() {
  timespec now{};
  (void)::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 +
         static_cast<double>(now.tv_nsec) / 1e3;
}

Microseconds TimeOf(const std::function<void()>& call) {
  const Microseconds start = CpuTime();
  call();
  return CpuTime() - start;
}

Microseconds Of(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 +
         static_cast<double>(time.tv_usec);
}

Microseconds Median(std::vector<Microseconds> times) {
  std::sort(times.begin(), times.end());
  return times.empty() ? 0 : times[times.size() / 2];
}

// Runs a program to its end, its output thrown away; the CPU time it took.
Microseconds RunProgram(std::vector<std::string> command) {
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  for (const int stream : {1, 2}) {
    posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_WRONLY, 0);
  }
  pid_t pid = -1;
  const int error =
      ::posix_spawnp(&pid, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return 0;
  rusage used{};
  (void)::wait4(pid, nullptr, 0, &used);
  return Of(used.ru_utime) + Of(used.ru_stime);
}

void LoadWithHwloc() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) std::abort();
  hwloc_topology_set_io_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL);
  char* xml = nullptr;
  int size = 0;
  if (hwloc_topology_load(topology) == 0 &&
      hwloc_topology_export_xmlbuffer(topology, &xml, &size, 0) == 0) {
    hwloc_free_xmlbuffer(topology, xml);
  }
  hwloc_topology_destroy(topology);
}

// The paths of all functions below /sys, as uevents name them.
std::vector<std::string> FunctionsOf(const SysRoot& root) {
  std::vector<std::string> paths;
  const auto names = root.List("sys/bus/pci/devices");
  if (!names) return paths;
  for (const std::string& name : *names) {
    const auto real = root.Canonical("sys/bus/pci/devices/" + name);
    if (real) paths.push_back(real->substr(std::string_view("sys").size()));
  }
  return paths;
}

std::string NameOf(const std::string& directory) {
  const std::string name = directory.substr(directory.rfind('/') + 1);
  return name.empty() ? directory : name;
}

class Host {
 public:
  explicit Host(const std::string& directory, SysRoot root)
      : directory_(directory),
        root_(std::make_shared<const SysRoot>(std::move(root))),
        functions_(FunctionsOf(*root_)),
        kept_(root_) {
    probes::PrepareHwloc(*root_);
    kept_.Probe();
  }

  void Measure() {
    for (int round = -kWarmUp; round < kRounds; ++round) {
      const Microseconds lstopo = RunProgram(
          {"lstopo-no-graphics", "--of", "xml", "--filter", "io:all"});
      const Microseconds tool =
          RunProgram({testing::Runfile("client/topo/accel-topo"), "--sysroot",
                      directory_, "--json"});
      const Microseconds hwloc = TimeOf(LoadWithHwloc);
      const Microseconds probe = TimeOf([this] {
        (void)graph::Topology::Build(probes::ProbeMachine(*root_), 1);
      });
      const Microseconds hotplug = TimeOf([this, round] { HotPlug(round); });
      if (round < 0) continue;
      lstopo_.push_back(lstopo);
      tool_.push_back(tool);
      hwloc_.push_back(hwloc);
      probe_.push_back(probe);
      hotplug_.push_back(hotplug);
    }
  }

  void Print() const {
    const Microseconds lstopo = Median(lstopo_);
    const Microseconds tool = Median(tool_);
    const Microseconds hwloc = Median(hwloc_);
    const Microseconds probe = Median(probe_);
    const Microseconds hotplug = Median(hotplug_);
    std::printf("%-44s %5zu %7.2f %7.2f %6.2f %7.2f %7.2f %6.2f %6.2f",
                NameOf(directory_).c_str(), functions_.size(), lstopo / 1000,
                tool / 1000, tool / lstopo, hwloc / 1000, probe / 1000,
                probe / hwloc, probe / lstopo);
    if (functions_.empty()) {
      std::printf("%9s %6s\n", "-", "-");
    } else {
      std::printf(" %8.2f %6.2f\n", hotplug / 1000, hotplug / probe);
    }
  }

 private:
  void HotPlug(int round) {
    if (functions_.empty()) return;
    probes::Changes changes;
    const auto turn = static_cast<std::size_t>(round + kWarmUp);
    changes.Add({"change", functions_[turn % functions_.size()], "pci"});
    (void)kept_.Update(changes);
    (void)graph::Topology::Build(kept_.facts(), 1);
  }

  std::string directory_;
  std::shared_ptr<const SysRoot> root_;
  std::vector<std::string> functions_;
  probes::MachineProbe kept_;
  std::vector<Microseconds> lstopo_;
  std::vector<Microseconds> tool_;
  std::vector<Microseconds> hwloc_;
  std::vector<Microseconds> probe_;
  std::vector<Microseconds> hotplug_;
};

int Run(const std::vector<std::string>& directories) {
  if (directories.empty()) {
    (void)std::fprintf(stderr, "usage: probe_bench ROOT...\n");
    return 2;
  }
  std::printf("%-44s %5s %7s %7s %6s %7s %7s %6s %6s %8s %6s\n", "ms, medians",
              "PCI", "lstopo", "a-topo", "ratio", "hwloc", "probe", "ratio",
              "/lstopo", "hot-plug", "/probe");
  for (const std::string& directory : directories) {
    auto root = SysRoot::Open(directory);
    if (!root) {
      (void)std::fprintf(stderr, "%s\n", root.error().message.c_str());
      return 1;
    }
    Host host(directory, *std::move(root));
    host.Measure();
    host.Print();
  }
  return 0;
}

}  // namespace
}  // namespace acceld

int main(int argc, char** argv) { return acceld::Run({argv + 1, argv + argc}); }
