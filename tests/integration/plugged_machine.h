// Fixture: a real acceld over a tree in which devices come and go, and the
// kernel's own uevents about them. Skips, and says so, where the kernel sends
// none.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/integration/served_machine.h"
#include "tests/support/compressor.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/support/uevent_sender.h"

namespace acceld::testing {

class PluggedMachine : public ServedMachine {
 protected:
  void SetUp() override {
    auto sender = UeventSender::Open();
    if (!sender) {
      GTEST_SKIP() << "NO HOT-PLUG IS TESTED: " << sender.error().message;
    }
    sender_.emplace(*std::move(sender));
    tree_.AddNumaNode({0, "0-3", 1'000'000, "10", false});
    PlugIn("0000:75:00.0", "hisi_zip-0", "508:0");
    Serve({"--sysroot=" + tree_.directory(), "--stand-in=soft"});
  }

  void PlugIn(const std::string& address, const std::string& name,
              const std::string& number) {
    (void)AddCompressor(tree_, pci_, address, name, number);
  }

  void PullOut(const std::string& address, const std::string& name) {
    tree_.Remove("sys/class/uacce/" + name);
    tree_.Remove("sys/bus/pci/devices/" + address);
    tree_.Remove(pci_.PathOf(address));
  }

  void Announce(const std::string& action, const std::string& address,
                const std::string& name) {
    const std::string path =
        "/devices/pci" + address.substr(0, 7) + "/" + address;
    const probes::Uevent function{action, path, "pci"};
    const probes::Uevent device{action, path + "/uacce/" + name, "uacce"};
    const bool is_removal = action == "remove";
    ASSERT_TRUE(sender_->Send(is_removal ? device : function));
    ASSERT_TRUE(sender_->Send(is_removal ? function : device));
  }

  [[nodiscard]] static bool Shows(client::Client& client,
                                  const std::string& key) {
    const auto text = client.Describe(Document(Document::Object{}));
    EXPECT_TRUE(text) << text.error().message;
    return text && text->find('"' + key + '"') != std::string::npos;
  }

  std::optional<UeventSender> sender_;
  SysTree tree_;
  PciSysTree pci_{tree_};
};

}  // namespace acceld::testing
