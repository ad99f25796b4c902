#include "daemon/soft/worker_pool.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include "base/cpu_list.h"
#include "base/log.h"
#include "daemon/soft/cpu_set.h"
#include "daemon/soft/find_worker.h"
#include "daemon/soft/functions/names.h"
#include "daemon/soft/functions/opcode_mask.h"
#include "daemon/soft/worker_process.h"

namespace acceld::soft {
namespace {

// Reports read of one worker before the others have their turn.
constexpr int kReportsPerTurn = 64;

// What an epoll event is about: a worker's serial and which of its two
// descriptors, or the timer.
constexpr std::uint64_t kTimerToken = 0;
constexpr std::uint64_t ControlToken(std::uint64_t serial) {
  return serial << 1;
}
constexpr std::uint64_t PidToken(std::uint64_t serial) {
  return serial << 1 | 1;
}

struct QueuePair {
  UniqueFd client;
  UniqueFd worker;
};

Result<QueuePair> MakeQueuePair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
      0) {
    return FailErrno("make a queue", errno);
  }
  return QueuePair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<CpuSet> ParseCpus(std::string_view text) {
  ACCELD_TRY(const std::vector<int> cpus, ParseCpuList(text));
  CpuSet set;
  for (const int cpu : cpus) {
    const auto index = static_cast<std::size_t>(cpu);
    if (index >= kMaxCpus) {
      return Fail(ErrorCode::kCorruptInput, "a CPU that no Linux has");
    }
    set.Set(index);
  }
  return set;
}

bool IsGone(const Status& sent) {
  return !sent && sent.error().code == ErrorCode::kDeviceGone;
}

}  // namespace

struct WorkerPool::Tenant {
  Serial serial;
  uid_t user;
  WorkerProcess process;
  std::set<QueueId> attached;
  std::vector<Order> unsent;                // of attached queues
  std::map<QueueId, SteadyTime> detaching;  // until when it may take
  std::optional<SteadyTime> idle_until;     // set while it has no queue
  bool retired = false;
};

struct WorkerPool::Happenings {
  struct Loss {
    uid_t user;
    std::vector<QueueId> queues;
  };
  std::vector<std::pair<uid_t, QueueId>> detached;
  std::vector<Loss> lost;
};

Result<std::unique_ptr<WorkerPool>> WorkerPool::Make(WorkerPoolOptions options,
                                                     WorkerPoolEvents events,
                                                     const Clock& clock) {
  if (options.program.empty()) {
    ACCELD_TRY(options.program, FindWorkerProgram());
  }
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return FailErrno("make an epoll", errno);
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer.valid()) return FailErrno("make a timer", errno);
  const int timer_fd = timer.get();
  std::unique_ptr<WorkerPool> pool(
      new WorkerPool(std::move(options), std::move(events), clock,
                     std::move(epoll), std::move(timer)));
  ACCELD_TRY_VOID(pool->Watch(timer_fd, kTimerToken));
  return pool;
}

WorkerPool::WorkerPool(WorkerPoolOptions options, WorkerPoolEvents events,
                       const Clock& clock, UniqueFd epoll, UniqueFd timer)
    : options_(std::move(options)),
      events_(std::move(events)),
      clock_(clock),
      epoll_(std::move(epoll)),
      timer_(std::move(timer)) {}

WorkerPool::~WorkerPool() {
  // All first, then each is waited for.
  for (auto& [serial, tenant] : tenants_) tenant->process.Kill();
}

Status WorkerPool::Watch(int fd, std::uint64_t token) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = token;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return FailErrno("watch a worker", errno);
  }
  return {};
}

Result<UniqueFd> WorkerPool::Attach(uid_t user, QueueId queue,
                                    std::string_view function,
                                    std::string_view cpus) {
  const auto opcode = OpcodeOf(function);
  if (!opcode) {
    return Fail(ErrorCode::kUnsupported,
                "no software accelerator does '" + std::string(function) + "'");
  }
  Order order;
  order.type = Order::Type::kAttach;
  order.queue = queue;
  order.opcodes = MaskOf(*opcode);
  ACCELD_TRY(order.cpus, ParseCpus(cpus));
  ACCELD_TRY(QueuePair ends, MakeQueuePair());
  order.socket = std::move(ends.worker);
  ACCELD_TRY(Tenant * tenant, FindOrStart(user));
  if (tenant->attached.contains(queue) || tenant->detaching.contains(queue)) {
    return Fail(ErrorCode::kInvalidArgument, "the queue's id is in use");
  }
  tenant->attached.insert(queue);
  tenant->unsent.push_back(std::move(order));
  if (tenant->idle_until) {
    tenant->idle_until.reset();
    ArmTimer();
  }
  return std::move(ends.client);
}

Status WorkerPool::SendOrdersTo(Tenant& tenant) {
  std::vector<Order>& unsent = tenant.unsent;
  Status sent;
  auto next = unsent.begin();
  while (next != unsent.end() && sent) {
    sent = SendOrder(tenant.process.control(), *next);
    if (sent) ++next;
  }
  unsent.erase(unsent.begin(), next);
  return sent;
}

void WorkerPool::SendOrders() {
  // A worker that is started in place of another comes last.
  for (const auto& [serial, tenant] : tenants_) {
    if (tenant->retired || tenant->unsent.empty()) continue;
    const Status sent = SendOrdersTo(*tenant);
    if (sent) continue;
    GiveUp(*tenant, IsGone(sent) ? "soft_worker_died" : "soft_worker_stuck");
    if (IsGone(sent)) Replace(*tenant);  // Dispatch has not seen it yet
  }
}

void WorkerPool::Replace(Tenant& gone) {
  // How often is bounded by deaths_.
  auto started = FindOrStart(gone.user);
  if (!started) return;
  Tenant& tenant = **started;
  tenant.idle_until.reset();
  for (Order& order : std::exchange(gone.unsent, {})) {
    gone.attached.erase(order.queue);
    tenant.attached.insert(order.queue);
    tenant.unsent.push_back(std::move(order));
  }
  ArmTimer();
}

Result<WorkerPool::Tenant*> WorkerPool::FindOrStart(uid_t user) {
  if (const auto found = by_user_.find(user); found != by_user_.end()) {
    return found->second;
  }
  if (!deaths_.MayStart(user, clock_.Now())) {
    return Fail(ErrorCode::kUnavailable,
                "the workers of this user keep dying; try again later");
  }
  ACCELD_TRY(WorkerProcess process,
             WorkerProcess::Start(options_.program, options_.run_as));
  const Serial serial = next_serial_++;
  ACCELD_TRY_VOID(Watch(process.control(), ControlToken(serial)));
  ACCELD_TRY_VOID(Watch(process.pidfd(), PidToken(serial)));
  Log(LogLevel::kInfo, "soft_worker_started",
      {{"uid", user}, {"pid", process.pid()}});
  auto tenant = std::make_unique<Tenant>(
      Tenant{serial, user, std::move(process), {}, {}, {}, {}, false});
  Settle(*tenant);  // idle until its first queue
  Tenant* const started = tenant.get();
  tenants_.emplace(serial, std::move(tenant));
  by_user_.emplace(user, started);
  ArmTimer();
  return started;
}

Status WorkerPool::Detach(uid_t user, QueueId queue) {
  const auto found = std::find_if(
      tenants_.begin(), tenants_.end(), [user, queue](const auto& entry) {
        return entry.second->user == user &&
               entry.second->attached.contains(queue);
      });
  if (found == tenants_.end()) {
    return Fail(ErrorCode::kNotFound, "no such queue");
  }
  Tenant& tenant = *found->second;
  // It is told of a queue's end after its beginning.
  if (!tenant.retired) (void)SendOrdersTo(tenant);
  tenant.attached.erase(queue);
  tenant.detaching.emplace(queue, clock_.Now() + options_.detach_limit);
  Order order;
  order.type = Order::Type::kDetach;
  order.queue = queue;
  // A worker that cannot be told has died (Dispatch will see it) or does not
  // keep up (the deadline will).
  if (!tenant.retired) (void)SendOrder(tenant.process.control(), order);
  ArmTimer();
  return {};
}

void WorkerPool::GiveUp(Tenant& tenant, std::string_view event) {
  Log(LogLevel::kWarning, event,
      {{"uid", tenant.user}, {"pid", tenant.process.pid()}});
  deaths_.Note(tenant.user, clock_.Now());
  Retire(tenant);
}

void WorkerPool::Retire(Tenant& tenant) {
  if (tenant.retired) return;
  tenant.retired = true;
  tenant.idle_until.reset();
  tenant.process.Kill();
  by_user_.erase(tenant.user);
}

std::vector<pid_t> WorkerPool::worker_pids() const {
  std::vector<pid_t> pids;
  for (const auto& [serial, tenant] : tenants_) {
    pids.push_back(tenant->process.pid());
  }
  return pids;
}

void WorkerPool::Dispatch() {
  constexpr int kEventsPerTurn = 16;
  std::array<epoll_event, kEventsPerTurn> events{};
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), kEventsPerTurn, 0);
  Happenings happenings;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t token = events[static_cast<std::size_t>(i)].data.u64;
    if (token == kTimerToken) continue;  // ExpireDeadlines, below
    const auto found = tenants_.find(token >> 1);
    if (found == tenants_.end()) continue;  // buried in this very turn
    if (token == PidToken(found->first)) {
      Bury(*found->second, happenings);
      tenants_.erase(found);
    } else {
      ReadReports(*found->second, happenings);
    }
  }
  ExpireDeadlines();
  ArmTimer();
  // Last, because what they call may change everything above.
  Tell(happenings);
}

void WorkerPool::ReadReports(Tenant& tenant, Happenings& happenings) {
  for (int i = 0; i < kReportsPerTurn && !tenant.retired; ++i) {
    const auto report = ReceiveReport(tenant.process.control());
    if (report && !*report) return;
    if (report && Believe(tenant, **report, happenings)) continue;
    const bool gone = !report && report.error().code == ErrorCode::kDeviceGone;
    GiveUp(tenant, gone ? "soft_worker_died" : "soft_worker_nonsense");
  }
}

bool WorkerPool::Believe(Tenant& tenant, const Report& report,
                         Happenings& happenings) {
  switch (report.type) {
    case Report::Type::kReady:
      return true;
    case Report::Type::kDetached:
      if (tenant.detaching.erase(report.queue) == 0) return false;
      happenings.detached.emplace_back(tenant.user, report.queue);
      Settle(tenant);
      return true;
    case Report::Type::kLost:
      if (tenant.attached.erase(report.queue) != 0) {
        happenings.lost.push_back({tenant.user, {report.queue}});
        Settle(tenant);
        return true;
      }
      // Lost while its Detach was under way, which will be answered.
      return tenant.detaching.contains(report.queue);
  }
  return false;
}

void WorkerPool::Settle(Tenant& tenant) {
  if (!tenant.retired && tenant.attached.empty() && tenant.detaching.empty()) {
    tenant.idle_until = clock_.Now() + options_.linger;
  }
}

// The process has ended, and the kernel has closed what it held.
void WorkerPool::Bury(Tenant& tenant, Happenings& happenings) {
  if (!tenant.retired) GiveUp(tenant, "soft_worker_died");
  for (const auto& [queue, deadline] : tenant.detaching) {
    happenings.detached.emplace_back(tenant.user, queue);
  }
  if (!tenant.attached.empty()) {
    happenings.lost.push_back(
        {tenant.user, {tenant.attached.begin(), tenant.attached.end()}});
  }
  (void)tenant.process.Reap(std::chrono::milliseconds(0));
}

void WorkerPool::ExpireDeadlines() {
  const SteadyTime now = clock_.Now();
  for (auto& [serial, tenant] : tenants_) {
    if (tenant->retired) continue;
    const bool stuck =
        std::any_of(tenant->detaching.begin(), tenant->detaching.end(),
                    [now](const auto& entry) { return entry.second <= now; });
    if (stuck) GiveUp(*tenant, "soft_worker_stuck");
    // An idle worker has nothing to put in order: it is simply killed.
    if (tenant->idle_until && *tenant->idle_until <= now) Retire(*tenant);
  }
}

void WorkerPool::ArmTimer() {
  std::optional<SteadyTime> next;
  const auto consider = [&next](SteadyTime time) {
    if (!next || time < *next) next = time;
  };
  for (const auto& [serial, tenant] : tenants_) {
    if (tenant->retired) continue;
    if (tenant->idle_until) consider(*tenant->idle_until);
    for (const auto& [queue, deadline] : tenant->detaching) consider(deadline);
  }
  itimerspec when{};  // all zero: no timer
  if (next) {
    const auto wait = std::max<std::chrono::nanoseconds>(
        *next - clock_.Now(), std::chrono::nanoseconds(1));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = (wait - seconds).count();
  }
  (void)::timerfd_settime(timer_.get(), 0, &when, nullptr);
}

void WorkerPool::Tell(const Happenings& happenings) const {
  if (events_.on_detached) {
    for (const auto& [user, queue] : happenings.detached) {
      events_.on_detached(user, queue);
    }
  }
  if (events_.on_lost) {
    for (const auto& loss : happenings.lost) {
      events_.on_lost(loss.user, loss.queues);
    }
  }
}

}  // namespace acceld::soft
