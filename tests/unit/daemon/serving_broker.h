// ServingBroker: a broker with all its real parts, over a described machine
// whose devices software stands in for. Tests only.
#pragma once

#include <gtest/gtest.h>
#include <sys/epoll.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/clock.h"
#include "base/json.h"
#include "daemon/broker.h"
#include "daemon/lease/lease_sockets.h"
#include "daemon/off_loop.h"
#include "tests/support/run_loop.h"
#include "tests/support/session_pair.h"
#include "tests/support/soft_pool.h"

namespace acceld::daemon {

struct EndedLease {
  LeaseId id;
  uid_t owner;
  std::string sender;
  LeaseState state;
  std::string reason;
};

// Remembers which leases ended.
class RecordingObserver final : public BrokerObserver {
 public:
  void OnLeaseEnded(const Lease& lease, const std::string& reason) override {
    ended.push_back({lease.id, lease.owner, lease.sender, lease.state, reason});
  }
  void OnNewTopology() override { ++new_topologies; }
  void OnPolicyState(bool is_new) override {
    ++(is_new ? new_policies : refused_policies);
  }
  void OnAvailability(const std::string& device) override {
    changed.push_back(device);
  }
  std::vector<EndedLease> ended;
  std::vector<std::string> changed;  // devices
  int new_topologies = 0;
  int new_policies = 0;
  int refused_policies = 0;
};

class ServingBroker : public ::testing::Test {
 protected:
  static constexpr std::string_view kCopy =
      R"({"stages": [{"name": "move", "function": "copy"}]})";
  static constexpr std::string_view kWholeGpu =
      R"({"stages": [{"name": "draw", "function": "compute/gpu",
                      "sharing": "exclusive"}]})";

  const Asker alice_{{1000, {1000}}, ":1.1000", 11};
  const Asker bob_{{1001, {1001}}, ":1.1001", 12};
  const Asker root_user_{{0, {0}}, ":1.1", 1};

  // `members` of the policy, beside "version" and "default".
  void Serve(GrantMode mode = GrantMode::kStandIn,
             const std::string& members = "") {
    auto loop = EventLoop::Make();
    ASSERT_TRUE(loop) << loop.error().message;
    loop_ = *std::move(loop);
    auto machine = Machine::Make(machine_options_);
    ASSERT_TRUE(machine) << machine.error().message;
    machine_.emplace(*std::move(machine));
    auto root = SysRoot::Open("/");
    ASSERT_TRUE(root) << root.error().message;
    live_.emplace(*std::move(root));
    auto policy = policy::Policy::Compile(
        {{"10.json", R"({"version": 1, "default": "allow")" + members + "}"}});
    ASSERT_TRUE(policy) << policy.error().message;
    StartPool();
    granter_.emplace(mode, *pool_, binders_, *live_);
    threads_.emplace(2U);
    bind_threads_.emplace(2U);
    cleaners_.emplace(1U);
    off_loop_.emplace(*loop_, *cleaners_);
    OffLoop& off_loop =
        off_loop_instead_ == nullptr ? *off_loop_ : *off_loop_instead_;
    if (!socket_directory_.empty()) {
      auto sockets = LeaseSockets::Make(*loop_, socket_directory_);
      ASSERT_TRUE(sockets) << sockets.error().message;
      sockets_ = *std::move(sockets);
    }
    broker_.emplace(
        Broker::Parts{*loop_, *machine_, *granter_, *threads_, *bind_threads_,
                      off_loop, clock_, *live_, sockets_.get()},
        *std::move(policy), policy_directory_);
    broker_->SetObserver(&observer_);
  }

  // As the daemon leaves: jobs hold what the broker's callers gave it.
  ~ServingBroker() override {
    threads_.reset();
    bind_threads_.reset();
    cleaners_.reset();
  }

  struct Acquiring {
    std::optional<Result<Broker::Acquired>> answer;
    int answers = 0;
  };
  void Start(Acquiring& acquiring, const Asker& asker, UniqueFd session,
             std::string_view pipeline, bool keep = false) {
    auto document = ParseJson(pipeline);
    ASSERT_TRUE(document) << document.error().message;
    Broker::AcquireRequest request;
    request.pipeline = *std::move(document);
    request.session = std::move(session);
    request.keep = keep;
    broker_->Acquire(asker, std::move(request),
                     [&acquiring](Result<Broker::Acquired> answer) {
                       acquiring.answer = std::move(answer);
                       ++acquiring.answers;
                     });
  }
  Result<Broker::Acquired> Acquire(const Asker& asker, UniqueFd session,
                                   std::string_view pipeline,
                                   bool keep = false) {
    Acquiring acquiring;
    Start(acquiring, asker, std::move(session), pipeline, keep);
    RunUntil([&] { return acquiring.answer.has_value(); });
    return *std::move(acquiring.answer);
  }
  // A lease that must succeed; its id.
  LeaseId Lend(const Asker& asker, acceld::testing::SessionPair& pair,
               std::string_view pipeline = kCopy, bool keep = false) {
    const auto acquired =
        Acquire(asker, std::move(pair.daemon), pipeline, keep);
    EXPECT_TRUE(acquired) << (acquired ? "" : acquired.error().message);
    return acquired ? acquired->lease : LeaseId();
  }
  // Reads the policy directory again.
  Result<ReloadReport> Reload(const Asker& asker) {
    std::optional<Result<ReloadReport>> answer;
    broker_->ReloadPolicy(
        asker, [&](const Result<ReloadReport>& report) { answer = report; });
    RunUntil([&] { return answer.has_value(); });
    return *std::move(answer);
  }
  std::string DeviceOf(const Asker& asker, const LeaseId& id) {
    const Lease* lease = broker_->Find(asker, id);
    return lease == nullptr ? std::string() : lease->devices.at(0);
  }

  void RunUntil(const std::function<bool()>& condition) {
    acceld::testing::RunUntil(*loop_, condition);
  }

  RecordingObserver observer_;
  SteadyClock clock_;
  // All four: set before Serve().
  MachineOptions machine_options_{"/", "configs/hosts/dsa-gpu-2s.json", {}};
  Binders binders_;
  OffLoop* off_loop_instead_ = nullptr;  // of threads
  std::string policy_directory_ = "/nonexistent";
  std::unique_ptr<EventLoop> loop_;
  std::optional<Machine> machine_;
  std::optional<SysRoot> live_;
  std::unique_ptr<soft::WorkerPool> pool_;
  std::optional<EventLoop::Source> workers_;
  std::optional<Granter> granter_;
  std::optional<SolverThreads> threads_;
  std::optional<SolverThreads> bind_threads_;
  std::optional<SolverThreads> cleaners_;
  std::optional<ThreadsOffLoop> off_loop_;
  std::string socket_directory_;  // "": leases have none; before Serve()
  std::unique_ptr<LeaseSockets> sockets_;
  std::optional<Broker> broker_;

 private:
  void StartPool() {
    soft::WorkerPoolOptions options;
    options.program = acceld::testing::SoftWorkerProgram();
    auto pool = soft::WorkerPool::Make(
        std::move(options),
        {[this](uid_t, soft::QueueId queue) { broker_->OnQueueClosed(queue); },
         [this](uid_t, const std::vector<soft::QueueId>& queues) {
           broker_->OnQueuesLost(queues);
         }},
        clock_);
    ASSERT_TRUE(pool) << pool.error().message;
    pool_ = *std::move(pool);
    auto source = loop_->WatchFd(pool_->epoll_fd(), EPOLLIN,
                                 [this](std::uint32_t) { pool_->Dispatch(); });
    ASSERT_TRUE(source) << source.error().message;
    workers_.emplace(*std::move(source));
  }
};

}  // namespace acceld::daemon
