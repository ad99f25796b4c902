#include "tests/integration/doors/kubelet_door.h"

#include <gtest/gtest.h>

#include <utility>

#include "base/error.h"
#include "tests/integration/kubernetes/fake_kubelet.h"
#include "tests/integration/kubernetes/program.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

constexpr char kResource[] = "acceld.org/only";
constexpr char kPod[] = "holder";

class KubeletDoor final : public Door {
 public:
  KubeletDoor(const std::string& address, const std::string& stage) {
    resources_.AddFile("only.json", stage);
    auto kubelet = FakeKubelet::Launch(sockets_.path());
    EXPECT_TRUE(kubelet);
    kubelet_ = *std::move(kubelet);
    EXPECT_TRUE(kubelet_->Start());
    auto plugin = Program::Start(
        {Runfile("integrations/kubernetes/device_plugin/acceld-device-plugin"),
         "--bus=" + address, "--resources=" + resources_.path(),
         "--plugin-directory=" + sockets_.path(),
         "--pod-resources=" + sockets_.At("pods.sock"), "--interval=0.02",
         "--grace=1"});
    EXPECT_TRUE(plugin);
    plugin_ = *std::move(plugin);
  }
  const char* name() const override { return "device plugin"; }
  std::string busy() const override { return "busy"; }
  void GetReady() override {
    EXPECT_TRUE(kubelet_->Until(
        [&] { return kubelet_->Healthy(kResource).size() == 1; }));
    units_ = kubelet_->Healthy(kResource);
  }

  Answer Ask() override {
    const auto container = kubelet_->Allocate(kResource, units_);
    if (!container) {
      return {false, std::string(ErrorCodeName(container.error().code))};
    }
    EXPECT_TRUE(kubelet_->SetPod(kPod, kResource, units_));
    seen_ = kubelet_->looks() + 1;
    return {true, ""};
  }
  void GiveBack() override {
    // A pod that was seen is missed at once.
    EXPECT_TRUE(kubelet_->Until([&] { return kubelet_->looks() >= seen_; }));
    EXPECT_TRUE(kubelet_->SetPod(kPod, kResource, {}));
  }

 private:
  TempDir sockets_{"/tmp"};
  TempDir resources_{"/tmp"};
  std::unique_ptr<FakeKubelet> kubelet_;
  std::unique_ptr<Program> plugin_;
  FakeKubelet::Ids units_;
  int seen_ = 0;  // looks at the pods, when the last one is known
};

}  // namespace

std::unique_ptr<Door> MakeKubeletDoor(const std::string& address,
                                      const std::string& stage) {
  return std::make_unique<KubeletDoor>(address, stage);
}

}  // namespace acceld::testing
