#include "tests/integration/doors/dra_door.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/json.h"
#include "tests/integration/kubernetes/dra/line_process.h"
#include "tests/integration/running_daemon.h"
#include "tests/integration/served_machine.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

constexpr char kNode[] = "worker-1";

class DraDoor final : public Door {
 public:
  DraDoor(const std::string& address, const std::string& device) {
    for (const char* name : {"account", "cdi", "kubelet", "kubelet/plugins",
                             "kubelet/plugins_registry"}) {
      files_.AddDirectory(name);
    }
    auto cluster = LineProcess::Start(
        {Runfile("tests/integration/kubernetes/dra/fake_cluster")});
    EXPECT_TRUE(cluster);
    cluster_ = *std::move(cluster);
    const Document served = cluster_->Do(
        "serve", {{"account", files_.At("account")}, {"minor", "36"}});
    StartPlugin(address, std::to_string(*served.Find("port")->AsInteger()));
    AddClaim(device);
  }
  const char* name() const override { return "DRA"; }
  std::string busy() const override { return "busy"; }

  Answer Ask() override {
    const Document answer = Call("prepare");
    const std::string error = *answer.Find("error")->AsString();
    return {error.empty(), Shortened(error)};
  }
  void GiveBack() override { (void)Call("unprepare"); }
  std::string Leftovers() override {
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(files_.At("cdi"))) {
      if (file.is_regular_file()) return file.path();
    }
    return "";
  }

 private:
  void StartPlugin(const std::string& address, const std::string& port) {
    auto plugin = Process::Start(
        {Runfile("integrations/kubernetes/dra/acceld-dra-plugin"),
         "--bus=" + address, "--cdi=" + files_.At("cdi"),
         "--kubelet=" + files_.At("kubelet"), "--node=" + std::string(kNode),
         "--service-account=" + files_.At("account")},
        {"KUBERNETES_SERVICE_HOST=127.0.0.1",
         "KUBERNETES_SERVICE_PORT=" + port});
    EXPECT_TRUE(plugin);
    plugin_ = *std::move(plugin);
    const std::string registry =
        files_.At("kubelet/plugins_registry/acceld.org-reg.sock");
    EXPECT_TRUE(Eventually([&] { return std::filesystem::exists(registry); }));
    cluster_->Do("register", {{"socket", registry}, {"error", ""}});
  }
  void AddClaim(const std::string& device) {
    const auto claim = ParseJson(
        R"({"kind": "ResourceClaim",
            "metadata": {"name": "c", "namespace": "ns", "uid": "uid-c"},
            "status": {"allocation": {"devices": {"config": [], "results": [
              {"request": "r0", "driver": "acceld.org", "pool": ")" +
        std::string(kNode) + R"(", "device": ")" + device + R"("}]}}}})");
    cluster_->Do("claim",
                 {{"namespace", "ns"}, {"name", "c"}, {"object", *claim}});
  }
  // What it says of the claim.
  Document Call(const std::string& method) {
    const Document answer = cluster_->Do(
        method, {{"socket", files_.At("kubelet/plugins/acceld.org/dra.sock")},
                 {"version", "v1"},
                 {"claims",
                  Document::Array{Document::Object{
                      {"namespace", "ns"}, {"name", "c"}, {"uid", "uid-c"}}}}});
    return *answer.Find("claims")->Find("uid-c");
  }
  // The text is for people; that others have the device is in it.
  static std::string Shortened(const std::string& error) {
    return error.find("rejected for sharing") == std::string::npos ? error
                                                                   : "busy";
  }

  TempDir files_{"/tmp"};
  std::unique_ptr<LineProcess> cluster_;
  std::unique_ptr<Process> plugin_;
};

}  // namespace

std::unique_ptr<Door> MakeDraDoor(const std::string& address,
                                  const std::string& device) {
  return std::make_unique<DraDoor>(address, device);
}

}  // namespace acceld::testing
