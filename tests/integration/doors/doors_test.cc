// One device, offered through every door at once and asked for by all at once:
// exactly one gets it, whichever door it came by.
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/integration/doors/bus_doors.h"
#include "tests/integration/doors/cdi_door.h"
#include "tests/integration/doors/command_door.h"
#include "tests/integration/doors/door.h"
#include "tests/integration/doors/dra_door.h"
#include "tests/integration/doors/kubelet_door.h"
#include "tests/integration/served_machine.h"
#include "tests/support/dice.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int kRounds = 1000;
constexpr microseconds kLeastSpread{2000};

constexpr char kPipeline[] =
    R"({"stages": [{"name": "job", "function": "compute/gpu"}]})";

// Of one door.
struct Record {
  microseconds takes{0};  // to ask, nobody else asking
  int wins = 0;
  std::map<std::string, int> refusals;  // by reason
  // Of the round:
  Answer answer;
  steady_clock::time_point asked_at;
  steady_clock::time_point answered_at;
};

class DoorsTest : public ServedMachine {
 protected:
  void SetUp() override {
    files_.AddFile("pipeline.json", kPipeline);
    Serve({"--host=" + Runfile("tests/integration/doors/one_device.json"),
           "--runtime-directory=" + runtime_.path(), "--stand-in=soft"});
    observer_ = Connect();
    doors_.push_back(MakeBusDoor(bus_->address(), kPipeline));
    doors_.push_back(MakeLibraryDoor(bus_->address(), kPipeline));
    doors_.push_back(MakeCommandDoor(
        {"accelctl run",
         {Runfile("client/ctl/accelctl"), "--bus=" + bus_->address(), "run",
          files_.At("pipeline.json"), "--", "/bin/sh", "-c", kHold},
         kBusyStatus}));
    doors_.push_back(MakeCommandDoor(
        {"SPANK",
         {Runfile("tests/integration/doors/spank_task"),
          Runfile("integrations/slurm/spank/acceld_spank.so"),
          "bus=" + bus_->address(), kPipeline, "/bin/sh", "-c", kHold},
         kBusyStatus}));
    doors_.push_back(MakeCdiDoor(bus_->address(), files_.At("pipeline.json")));
    doors_.push_back(
        MakeKubeletDoor(bus_->address(), R"({"function": "compute/gpu"})"));
    doors_.push_back(MakeDraDoor(bus_->address(), "pci-0000-01-00-0-drm"));
  }

  // Those that start a program take longer: they need a head start to win.
  void TimeDoors() {
    for (const auto& door : doors_) {
      Record& record = records_.emplace_back();
      record.takes = std::chrono::seconds(60);
      for (int i = 0; i < 3; ++i) {
        door->GetReady();
        const auto start = steady_clock::now();
        const Answer answer = door->Ask();
        record.takes =
            std::min(record.takes, std::chrono::duration_cast<microseconds>(
                                       steady_clock::now() - start));
        ASSERT_TRUE(answer.has_it) << door->name() << ": " << answer.reason;
        door->GiveBack();
        ASSERT_EQ(WaitUntilFree(), "");
      }
    }
  }

  // "" once nobody has the device and nothing is left of who had it.
  std::string WaitUntilFree() {
    std::string left;
    (void)Eventually([&] {
      left = WhatIsLeft();
      return left.empty();
    });
    return left;
  }
  std::string WhatIsLeft() {
    const auto leases = observer_->ListAllLeases();
    if (!leases) return leases.error().message;
    if (!leases->AsArray()->empty()) return "leases " + PrintJson(*leases);
    const auto devices = observer_->ListDevices();
    if (!devices) return devices.error().message;
    for (const Document& device : *devices->AsArray()) {
      if (*device.Find("InUse")->AsInteger() != 0 ||
          !device.Find("Quarantine")->AsArray()->empty()) {
        return PrintJson(device);
      }
    }
    for (const auto& door : doors_) {
      if (auto found = door->Leftovers(); !found.empty()) {
        return std::string(door->name()) + ": " + found;
      }
    }
    return "";
  }
  // They ask so that the requests meet: the slower, the earlier, and some of
  // them somewhat later, which changes from round to round.
  void AskAll(Dice& dice) {
    microseconds slowest{0};
    for (std::size_t i = 0; i < doors_.size(); ++i) {
      slowest = std::max(slowest, records_[i].takes);
      doors_[i]->GetReady();
    }
    const auto spread = std::max(slowest, kLeastSpread);
    // Another one each time, so that each wins now and then.
    const auto first = static_cast<std::size_t>(
        dice.Draw(0, static_cast<std::int64_t>(doors_.size()) - 1));
    std::barrier ready(static_cast<std::ptrdiff_t>(doors_.size()));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < doors_.size(); ++i) {
      const auto delay =
          slowest - records_[i].takes +
          microseconds(i == first ? 0 : dice.Draw(0, spread.count()));
      threads.emplace_back([this, i, delay, &ready] {
        ready.arrive_and_wait();
        std::this_thread::sleep_for(delay);
        records_[i].asked_at = steady_clock::now();
        records_[i].answer = doors_[i]->Ask();
        records_[i].answered_at = steady_clock::now();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  // Whether somebody was refused who asked before the winner had its answer,
  // and got its own after the winner had asked.
  bool DidMeet() const {
    const auto winner =
        std::find_if(records_.begin(), records_.end(),
                     [](const Record& record) { return record.answer.has_it; });
    if (winner == records_.end()) return false;
    return std::any_of(
        records_.begin(), records_.end(), [&](const Record& other) {
          return &other != &*winner && other.asked_at < winner->answered_at &&
                 other.answered_at > winner->asked_at;
        });
  }
  // Counts the answers, and gives back what was won. How many won.
  int Settle() {
    int winners = 0;
    for (std::size_t i = 0; i < doors_.size(); ++i) {
      Record& record = records_[i];
      if (record.answer.has_it) {
        ++winners;
        ++record.wins;
        // On a busy machine it may have taken longer when it was alone.
        record.takes =
            std::min(record.takes, std::chrono::duration_cast<microseconds>(
                                       record.answered_at - record.asked_at));
        doors_[i]->GiveBack();
      } else {
        ++record.refusals[record.answer.reason];
      }
    }
    return winners;
  }
  void Print() const {
    for (std::size_t i = 0; i < doors_.size(); ++i) {
      std::printf("%-16s asks in %6lld us, got it %4d times", doors_[i]->name(),
                  static_cast<long long>(records_[i].takes.count()),
                  records_[i].wins);
      for (const auto& [reason, count] : records_[i].refusals) {
        std::printf(", %d x \"%s\"", count, reason.c_str());
      }
      std::printf("\n");
    }
  }

  // Of accelctl and the SPANK plugin (client/exit_code.h).
  static constexpr int kBusyStatus = 8;
  TempDir files_{"/tmp"};
  TempDir runtime_{"/tmp"};
  std::vector<std::unique_ptr<Door>> doors_;
  std::vector<Record> records_;  // as doors_
  std::optional<client::Client> observer_;
};

TEST_F(DoorsTest, AskedForThroughAllAtOnce_ExactlyOneGetsIt) {
  ASSERT_NO_FATAL_FAILURE(TimeDoors());
  const std::size_t fds = daemon_->CountFds();
  const std::size_t workers = daemon_->Children().size();
  Dice dice(1);
  int met = 0;
  for (int round = 0; round < kRounds; ++round) {
    AskAll(dice);
    met += DidMeet() ? 1 : 0;
    ASSERT_EQ(Settle(), 1) << "round " << round;
    ASSERT_EQ(WaitUntilFree(), "") << "round " << round;
  }
  Print();
  std::printf("in %d of %d rounds the requests met\n", met, kRounds);
  EXPECT_GT(met, kRounds / 4);
  for (std::size_t i = 0; i < doors_.size(); ++i) {
    EXPECT_GT(records_[i].wins, 0) << doors_[i]->name();
    for (const auto& [reason, count] : records_[i].refusals) {
      EXPECT_EQ(reason, doors_[i]->busy()) << doors_[i]->name();
    }
  }
  EXPECT_TRUE(Eventually([&] { return daemon_->CountFds() <= fds; }))
      << daemon_->CountFds() << " descriptors, " << fds << " before";
  EXPECT_EQ(daemon_->Children().size(), workers);
}

}  // namespace
}  // namespace acceld::testing
