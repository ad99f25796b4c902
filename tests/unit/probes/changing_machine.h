// ChangingMachine: a tree that changes at random as machines do, with the
// uevents that the kernel sends for it. Tests only.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "probes/uevent.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::testing {

class ChangingMachine {
 public:
  // Two sockets, without any device. `choose(n)` gives a number below n.
  explicit ChangingMachine(std::function<int(int)> choose);

  [[nodiscard]] SysRoot root() const { return tree_.root(); }
  // Changes something, and says what the kernel says of it.
  std::vector<probes::Uevent> Change();

 private:
  using Events = std::vector<probes::Uevent>;
  void AddFunction(const std::string& address, Events& events);
  void RemoveFunction(const std::string& address, Events& events);
  void ChangeFunction(const std::string& address, Events& events);
  void ChangeClassDevice(const std::string& address, Events& events);
  void ChangeController(Events& events);
  void LoadModule(Events& events);
  void SpeakOfHealth(const std::string& address, Events& events);
  void RemoveClassDevice(const std::string& name, Events& events);
  void ChangeGroup(Events& events);
  void ChangeUnit(Events& events);
  void ChangeCxl(Events& events);
  void AddCxl(Events& events);
  void RemoveCxl(Events& events);
  void AddNode(Events& events);
  void WriteState(const std::string& address);
  void WriteController(const std::string& path);
  void LinkUp(const std::string& address);
  [[nodiscard]] std::string DevpathOf(const std::string& address) const;
  [[nodiscard]] bool Flip() { return choose_(2) == 1; }

  struct ClassDevice {
    std::string function;
    std::string subsystem;
    std::string path;
  };

  std::function<int(int)> choose_;
  SysTree tree_;
  PciSysTree pci_;
  std::set<std::string> present_;                     // addresses
  std::set<std::string> counts_errors_;               // addresses
  std::map<std::string, ClassDevice> class_devices_;  // by name
  std::map<std::string, int> group_of_;               // by address
  bool has_unit_ = false;
  bool has_cxl_ = false;
  int nodes_ = 2;
};

}  // namespace acceld::testing
