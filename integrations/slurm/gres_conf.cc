#include "integrations/slurm/gres_conf.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "integrations/slurm/gres_device.h"
#include "integrations/slurm/gres_links.h"
#include "integrations/slurm/gres_names.h"
#include "integrations/slurm/machine.h"

namespace acceld::slurm {
namespace {

using Devices = std::span<GresDevice>;

// Adjacent devices for which `same` holds of the first and each other.
template <typename Same>
std::vector<Devices> Groups(Devices devices, Same same) {
  std::vector<Devices> groups;
  while (!devices.empty()) {
    const auto end = std::find_if(
        devices.begin(), devices.end(),
        [&](const GresDevice& one) { return !same(devices.front(), one); });
    const auto size = static_cast<std::size_t>(end - devices.begin());
    groups.push_back(devices.first(size));
    devices = devices.subspan(size);
  }
  return groups;
}

std::vector<Devices> ByName(Devices devices) {
  return Groups(devices, [](const GresDevice& a, const GresDevice& b) {
    return a.name == b.name;
  });
}

template <typename List, typename Text>
std::string Joined(const List& list, Text text) {
  std::string joined;
  for (const auto& one : list) {
    if (!joined.empty()) joined.push_back(',');
    joined.append(text(one));
  }
  return joined;
}

std::string Head(const GresDevice& device, const std::string& hosts) {
  std::string line = hosts.empty() ? "" : "NodeName=" + hosts + " ";
  return line.append("Name=" + device.name + " Type=" + device.type);
}

std::string FileLine(const GresDevice& device, const std::string& hosts) {
  std::string line = Head(device, hosts);
  line.append(device.files.size() == 1 ? " File=" : " MultipleFiles=");
  line.append(
      Joined(device.files, [](const std::string& file) { return file; }));
  if (!device.cores.empty()) line.append(" Cores=" + device.cores);
  if (!device.links.empty()) {
    line.append(" Links=");
    line.append(
        Joined(device.links, [](int count) { return std::to_string(count); }));
  }
  return line + "\n";
}

// One line a type: of several, slurmd believes the last. It keeps no cores of
// what is only counted.
std::string CountLines(Devices devices, const std::string& hosts) {
  std::stable_sort(
      devices.begin(), devices.end(),
      [](const GresDevice& a, const GresDevice& b) { return a.type < b.type; });
  std::string lines;
  for (const Devices same :
       Groups(devices, [](const GresDevice&a, const GresDevice&b) {
         return a.type == b.type;
       })) {
    lines.append(Head(same.front(), hosts) + " Count=" +
                 std::to_string(same.size()) + " Flags=CountOnly\n");
  }
  return lines;
}

// "gpu:a100:4", once for each type.
std::vector<std::string> NodeParts(Devices devices) {
  std::vector<std::pair<std::string, int>> counts;
  for (const GresDevice& device : devices) {
    const std::string what = device.name + ":" + device.type;
    const auto found =
        std::find_if(counts.begin(), counts.end(),
                     [&](const auto& one) { return one.first == what; });
    if (found == counts.end()) {
      counts.emplace_back(what, 1);
    } else {
      ++found->second;
    }
  }
  std::vector<std::string> parts;
  for (const auto& [what, count] : counts) {
    parts.push_back(what + ":" + std::to_string(count));
  }
  return parts;
}

constexpr std::string_view kTop =
    "# gres.conf for Slurm, written by 'accelctl export gres.conf': what "
    "acceld\n"
    "# hands out on this machine. Write it anew when the hardware changes.\n";

// What slurm.conf must say.
std::string SlurmConf(const std::vector<Devices>& names,
                      const std::string& hosts) {
  std::vector<std::string> parts;
  for (const Devices devices : names) {
    for (std::string& part : NodeParts(devices)) {
      parts.push_back(std::move(part));
    }
  }
  const auto self = [](const std::string& part) { return part; };
  return "#\n# To slurm.conf:\n#   GresTypes=" +
         Joined(names, [](Devices devices) { return devices.front().name; }) +
         "\n#   NodeName=" + (hosts.empty() ? "NODE" : hosts) +
         " Gres=" + Joined(parts, self) + "\n";
}

Result<std::string> Lines(const Machine& machine, Devices devices,
                          const std::string& hosts) {
  const GresDevice& first = devices.front();
  std::string text = "\n";
  if (first.files.empty()) {
    text.append("# " + first.name + " is counted only (" + first.why_no_file +
                ")\n");
    return text + CountLines(devices, hosts);
  }
  if (devices.size() > static_cast<std::size_t>(kMostFiles)) {
    return Fail(ErrorCode::kUnsupported,
                std::to_string(devices.size()) + " devices are " + first.name +
                    "; Slurm takes " + std::to_string(kMostFiles) +
                    " with device nodes on one node");
  }
  FillLinks(machine, devices);
  for (const GresDevice& device : devices) {
    text.append(FileLine(device, hosts));
  }
  return text;
}

}  // namespace

Result<std::string> GresConf(const Document& machine,
                             const std::string& hosts) {
  if (!hosts.empty() && !IsHostList(hosts)) {
    return Fail(ErrorCode::kInvalidArgument,
                "'" + hosts + "' is no list of hosts (node1, node[1-4,9])");
  }
  ACCELD_TRY(const Machine read, Machine::Read(machine));
  std::vector<GresDevice> devices = FindGresDevices(read);
  std::string text(kTop);
  if (devices.empty()) {
    return text + "# There is nothing that acceld hands out to you.\n";
  }
  const std::vector<Devices> names = ByName(devices);
  text.append(SlurmConf(names, hosts));
  for (const Devices one : names) {
    ACCELD_TRY(const std::string lines, Lines(read, one, hosts));
    text.append(lines);
  }
  return text;
}

}  // namespace acceld::slurm
