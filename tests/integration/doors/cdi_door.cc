#include "tests/integration/doors/cdi_door.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "tests/integration/doors/command_door.h"
#include "tests/integration/running_daemon.h"
#include "tests/integration/running_program.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

constexpr int kBusyStatus = 8;  // client/exit_code.h

class CdiDoor final : public Door {
 public:
  CdiDoor(const std::string& address, const std::string& pipeline) {
    const std::string accelctl = Runfile("client/ctl/accelctl");
    auto writer =
        RunningProgram::Start({accelctl, "--bus=" + address, "--json", "cdi",
                               "sync", "--watch", "--output-dir=" + path()});
    EXPECT_TRUE(writer);
    writer_ = *std::move(writer);
    launcher_ = MakeCommandDoor(
        {"run --cdi",
         {accelctl, "--bus=" + address, "run", "--pipeline=" + pipeline,
          "--cdi", "--cdi-dir=" + path(), "--", "/bin/sh", "-c", kHold},
         kBusyStatus});
  }
  const char* name() const override { return launcher_->name(); }
  std::string busy() const override { return launcher_->busy(); }
  Answer Ask() override { return launcher_->Ask(); }
  void GiveBack() override { launcher_->GiveBack(); }
  // The specs are of everybody's leases, whichever door they came by.
  std::string Leftovers() override {
    for (const auto& file : std::filesystem::directory_iterator(path())) {
      return file.path();
    }
    return "";
  }

 private:
  [[nodiscard]] const std::string& path() const { return specs_.path(); }

  TempDir specs_{"/tmp"};
  std::unique_ptr<RunningProgram> writer_;
  std::unique_ptr<Door> launcher_;
};

}  // namespace

std::unique_ptr<Door> MakeCdiDoor(const std::string& address,
                                  const std::string& pipeline) {
  return std::make_unique<CdiDoor>(address, pipeline);
}

}  // namespace acceld::testing
