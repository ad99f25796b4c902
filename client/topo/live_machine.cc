#include "client/topo/live_machine.h"

#include <utility>

#include "base/sys_root.h"
#include "client/topo/machine_source.h"
#include "client/topology_watch.h"
#include "probes/change_gatherer.h"
#include "probes/machine_probe.h"
#include "probes/probe.h"
#include "probes/recording/recorded_root.h"
#include "probes/settings.h"
#include "probes/uevent_monitor.h"

namespace acceld::topo {
namespace {

class Served final : public LiveMachine {
 public:
  Served(client::TopologyWatch watch, SourceOptions options, Machine machine)
      : watch_(std::move(watch)),
        options_(std::move(options)),
        machine_(std::move(machine)) {}

  [[nodiscard]] const Machine& machine() const override { return machine_; }
  [[nodiscard]] int fd() const override { return watch_.fd(); }
  [[nodiscard]] std::optional<SteadyTime> due() const override { return {}; }

  [[nodiscard]] Result<News> Next() override {
    ACCELD_TRY(const auto heard, watch_.Next());
    News news;
    if (heard.left) news.notice = "acceld has left; waiting for it";
    if (!heard.changed) return news;
    auto machine = LoadServedMachine(options_);
    if (machine) {
      machine_ = *machine;
      news.machine = *std::move(machine);
    } else if (machine.error().code == ErrorCode::kUnavailable) {
      news.notice = "acceld does not answer; waiting for it";
    } else {
      return Fail(std::move(machine.error()));
    }
    return news;
  }

 private:
  client::TopologyWatch watch_;
  SourceOptions options_;
  Machine machine_;
};

class Probed final : public LiveMachine {
 public:
  Probed(probes::UeventMonitor monitor,
         const std::shared_ptr<const SysRoot>& root, probes::Settings settings,
         std::string origin, const Clock& clock)
      : monitor_(std::move(monitor)),
        probe_(root, std::move(settings)),
        clock_(clock) {
    probe_.Probe();
    machine_.origin = std::move(origin);
    Build();
  }

  [[nodiscard]] const Machine& machine() const override { return machine_; }
  [[nodiscard]] int fd() const override { return monitor_.fd(); }
  [[nodiscard]] std::optional<SteadyTime> due() const override {
    return gatherer_.due();
  }

  [[nodiscard]] Result<News> Next() override {
    const auto batch = monitor_.Receive();
    const SteadyTime now = clock_.Now();
    for (const probes::Uevent& event : batch.events) gatherer_.Add(event, now);
    News news;
    if (batch.lost) {
      gatherer_.AddLost(now);
      news.notice = "the kernel's events came too fast; reading everything";
    }
    if (gatherer_.due().value_or(now) > now) return news;
    if (!probe_.Update(gatherer_.Take())) return news;
    Build();
    news.machine = machine_;
    return news;
  }

 private:
  void Build() {
    machine_.topology = graph::Topology::Build(probe_.facts(), ++generation_,
                                               machine_.topology.get());
  }

  probes::UeventMonitor monitor_;
  probes::MachineProbe probe_;
  const Clock& clock_;
  probes::ChangeGatherer gatherer_;
  Machine machine_;
  std::uint64_t generation_ = 0;
};

Result<std::unique_ptr<LiveMachine>> FollowEvents(const SourceOptions& options,
                                                  const std::string& directory,
                                                  std::string origin,
                                                  const Clock& clock) {
  ACCELD_TRY(probes::Settings settings, ReadSettings(options));
  // Before the machine is read: what happens meanwhile is not missed.
  ACCELD_TRY(auto monitor, probes::UeventMonitor::Open());
  ACCELD_TRY(SysRoot opened, SysRoot::Open(directory));
  ACCELD_TRY_VOID(recording::CheckHoldsMachine(opened, directory));
  const auto root = std::make_shared<const SysRoot>(std::move(opened));
  probes::PrepareHwloc(*root);
  return std::make_unique<Probed>(std::move(monitor), root, std::move(settings),
                                  std::move(origin), clock);
}

Result<std::unique_ptr<LiveMachine>> FollowDaemon(
    const SourceOptions& options) {
  ACCELD_TRY(auto watch, client::TopologyWatch::Open(options.bus));
  ACCELD_TRY(auto machine, LoadServedMachine(options));
  return std::make_unique<Served>(std::move(watch), options,
                                  std::move(machine));
}

}  // namespace

Result<std::unique_ptr<LiveMachine>> Follow(const SourceOptions& options,
                                            const Clock& clock,
                                            std::string* notice) {
  if (!options.host.empty()) {
    return Fail(ErrorCode::kUnsupported,
                "a described machine (--host) does not change");
  }
  if (!options.sysroot.empty()) {
    return FollowEvents(options, options.sysroot,
                        "recorded in " + options.sysroot, clock);
  }
  if (!options.direct) {
    auto served = FollowDaemon(options);
    if (served || served.error().code != ErrorCode::kUnavailable) {
      return served;
    }
    *notice = "no acceld answers; following this machine directly";
  }
  return FollowEvents(options, "/", "this machine", clock);
}

}  // namespace acceld::topo
