// acceld: puts the parts together and runs the loop.
#include <signal.h>
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/sys_root.h"
#include "daemon/broker.h"
#include "daemon/device_binders.h"
#include "daemon/event_loop.h"
#include "daemon/grant/granter.h"
#include "daemon/hotplug/follower.h"
#include "daemon/lease/lease_sockets.h"
#include "daemon/machine.h"
#include "daemon/off_loop.h"
#include "daemon/options.h"
#include "daemon/policy_reload.h"
#include "daemon/policy_watch.h"
#include "daemon/service/service.h"
#include "daemon/soft/worker_pool.h"
#include "daemon/solver_threads.h"
#include "policy/policy.h"
#include "probes/changes.h"
#include "probes/uevent_monitor.h"
#include "probes/vfio_offers.h"

namespace acceld::daemon {
namespace {

constexpr unsigned kMaxSolverThreads = 4;
// They give devices back, which may take a driver seconds: not the solvers'.
constexpr unsigned kCleanerThreads = 2;

GrantMode GrantModeOf(const Options& options, Mode mode) {
  if (mode == Mode::kLive) return GrantMode::kDevices;
  return options.stand_in ? GrantMode::kStandIn : GrantMode::kPlanOnly;
}

unsigned SolverThreadCount() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMaxSolverThreads);
}

// `broker` is looked at when something happens, which is after it was set.
Result<std::unique_ptr<soft::WorkerPool>> MakePool(const Options& options,
                                                   Broker*& broker,
                                                   const Clock& clock) {
  soft::WorkerPoolOptions pool_options;
  pool_options.program = options.worker;
  soft::WorkerPoolEvents events{
      [&broker](uid_t, soft::QueueId queue) { broker->OnQueueClosed(queue); },
      [&broker](uid_t, const std::vector<soft::QueueId>& queues) {
        broker->OnQueuesLost(queues);
      }};
  return soft::WorkerPool::Make(std::move(pool_options), std::move(events),
                                clock);
}

// Without it acceld serves the machine as it was when it started (and after
// Rescan).
std::optional<probes::UeventMonitor> OpenMonitor(const Options& options) {
  if (options.host_file) return std::nullopt;  // does not change
  auto monitor = probes::UeventMonitor::Open();
  if (monitor) return *std::move(monitor);
  Log(LogLevel::kWarning, "hotplug_unavailable",
      {{"what", monitor.error().message}});
  return std::nullopt;
}

// Without it the policy is read again when somebody says so.
std::unique_ptr<PolicyWatch> WatchPolicy(const Options& options,
                                         EventLoop& loop, const Clock& clock,
                                         std::function<void()> changed) {
  auto watch = PolicyWatch::Start(options.policy_directory, loop, clock,
                                  std::move(changed));
  if (watch) return *std::move(watch);
  Log(LogLevel::kWarning, "policy_not_watched",
      {{"what", watch.error().message}});
  return nullptr;
}

// Leases have sockets of their own where there is a place for them.
Result<std::unique_ptr<LeaseSockets>> MakeSockets(const Options& options,
                                                  EventLoop& loop) {
  if (options.runtime_directory.empty()) return nullptr;
  return LeaseSockets::Make(loop, options.runtime_directory + "/leases");
}

Status Serve(const Options& options) {
  // A client that does not read must not kill the daemon.
  (void)::signal(SIGPIPE, SIG_IGN);
  ACCELD_TRY(const auto loop, EventLoop::Make());
  // Signals are watched before there are threads, which inherit the mask; what
  // they do is set once there is something to do it to.
  std::function<void()> shut_down;
  std::function<void()> reload;
  const auto on_signal = [&shut_down] { shut_down(); };
  ACCELD_TRY(const auto terminate, loop->WatchSignal(SIGTERM, on_signal));
  ACCELD_TRY(const auto interrupt, loop->WatchSignal(SIGINT, on_signal));
  ACCELD_TRY(const auto hang_up,
             loop->WatchSignal(SIGHUP, [&reload] { reload(); }));
  // Before the machine is read: what happens meanwhile is not missed.
  auto monitor = OpenMonitor(options);
  ACCELD_TRY(probes::VfioOffers offers,
             probes::ReadVfioOffers(options.vfio_offers));
  ACCELD_TRY(Machine machine,
             Machine::Make({options.sysroot, options.host_file, {offers}}));
  const SteadyClock clock;
  // Before the policy is read, for the same reason.
  const auto watch =
      WatchPolicy(options, *loop, clock, [&reload] { reload(); });
  ACCELD_TRY(auto policy,
             policy::Policy::LoadDirectory(options.policy_directory));
  LogWarnings(*policy);
  ACCELD_TRY(const SysRoot live, SysRoot::Open("/"));

  Broker* broker_of_pool = nullptr;  // set before the loop runs
  ACCELD_TRY(const auto pool, MakePool(options, broker_of_pool, clock));
  ACCELD_TRY(const auto devices,
             DeviceBinders::Make(*loop, live, machine.mode(), offers));
  Granter granter(GrantModeOf(options, machine.mode()), *pool,
                  devices->binders(), live);
  auto threads = std::make_unique<SolverThreads>(SolverThreadCount());
  auto bind_threads = std::make_unique<SolverThreads>(SolverThreadCount());
  auto cleaners = std::make_unique<SolverThreads>(kCleanerThreads);
  ThreadsOffLoop off_loop(*loop, *cleaners);
  ACCELD_TRY(const auto sockets, MakeSockets(options, *loop));
  Broker broker({*loop, machine, granter, *threads, *bind_threads, off_loop,
                 clock, live, sockets.get()},
                std::move(policy), options.policy_directory);
  broker_of_pool = &broker;
  ACCELD_TRY(const auto workers,
             loop->WatchFd(pool->epoll_fd(), EPOLLIN,
                           [&](std::uint32_t) { pool->Dispatch(); }));
  bool bus_lost = false;
  ACCELD_TRY(auto service, Service::Start(options.bus, broker, *loop, [&] {
               bus_lost = true;
               shut_down();
             }));
  std::unique_ptr<Follower> follower;
  if (monitor) {
    ACCELD_TRY(follower,
               Follower::Start(*std::move(monitor), *loop, clock,
                               [&broker](const probes::Changes& changes) {
                                 broker.Update(changes);
                               }));
  }
  // While the loop still runs: leaving it closes the bus.
  shut_down = [&] {
    (void)sd_notify(0, "STOPPING=1");
    if (!bus_lost) service->Leave();
    broker.Stop(bus_lost ? "the bus went away" : "acceld stops",
                [&] { loop->Stop(); });
  };
  reload = [&broker] { broker.LoadPolicy(nullptr); };
  (void)sd_notify(0, "READY=1");
  const Status ran = loop->Run();
  // What still runs or was posted may hold replies of the service.
  threads.reset();
  bind_threads.reset();
  cleaners.reset();
  loop->DropPosted();
  service.reset();
  if (bus_lost) return Fail(ErrorCode::kUnavailable, "the bus went away");
  Log(LogLevel::kInfo, "stopped", {});
  return ran;
}

int Main(int argc, char** argv) {
  const ParsedOptions parsed = ParseOptions(argc, argv);
  if (parsed.exit_status) return *parsed.exit_status;
  if (parsed.options.verbose) SetLogLevel(LogLevel::kDebug);
  const Status served = Serve(parsed.options);
  if (served) return 0;
  Log(LogLevel::kError, "failed",
      {{"code", ErrorCodeName(served.error().code)},
       {"what", served.error().message}});
  return 1;
}

}  // namespace
}  // namespace acceld::daemon

int main(int argc, char** argv) {
  try {
    return acceld::daemon::Main(argc, argv);
  } catch (const std::exception& bug) {
    (void)std::fprintf(stderr, "acceld: a bug: %s\n", bug.what());
    return 1;
  }
}
