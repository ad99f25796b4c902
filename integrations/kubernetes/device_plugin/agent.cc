#include "integrations/kubernetes/device_plugin/agent.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "client/client.h"
#include "client/signals.h"
#include "integrations/kubernetes/announcements/announcements.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "integrations/kubernetes/device_plugin/client_link.h"
#include "integrations/kubernetes/device_plugin/keeper.h"
#include "integrations/kubernetes/device_plugin/kubelet_watch.h"
#include "integrations/kubernetes/device_plugin/offers.h"
#include "integrations/kubernetes/device_plugin/pod_resources.h"
#include "integrations/kubernetes/device_plugin/resource_directory.h"
#include "integrations/kubernetes/device_plugin/resource_server.h"
#include "integrations/kubernetes/device_plugin/spec_files.h"

namespace acceld::kubernetes {
namespace {

using std::chrono::milliseconds;

// Between two attempts to register with a kubelet that is not there yet.
constexpr milliseconds kRegisterPause{1000};
// Between two attempts to reach acceld, at the start.
constexpr milliseconds kConnectPause{1000};
// Before the next plan where acceld had no time for the last one.
constexpr milliseconds kBusyPause{1000};
// What is announced is followed at once, but planning is not to take more than
// a fifth of the time of acceld's that this user has.
constexpr int kRestPerWork = 4;

// Whether a reason is another one than the last, and so is to be logged.
bool IsNews(const std::string& reason, std::string& last) {
  return std::exchange(last, reason) != reason;
}

void WaitFor(std::vector<pollfd> polled, milliseconds patience) {
  // A signal or an error is found out by who reads.
  (void)::poll(polled.data(), polled.size(),
               static_cast<int>(std::max(patience, milliseconds(0)).count()));
}

class Agent {
 public:
  Agent(const AgentOptions& options, ResourceDirectory directory,
        client::Client client, std::optional<SpecFiles> specs)
      : options_(options),
        directory_(std::move(directory)),
        link_(std::move(client), {options.linger, options.host_root}),
        keeper_(link_, clock_, options.grace),
        pods_(options.pod_resources),
        specs_(std::move(specs)),
        announced_(options.bus),
        counter_{keeper_, [this] { return pods_.List(); }, nullptr},
        offers_(options.plugins, counter_) {
    if (specs_) {
      counter_.publish_specs = [this](std::span<const cdi::Spec> leases) {
        const std::lock_guard lock(specs_mutex_);
        return specs_->Write(leases);
      };
    }
    offers_.Replace(directory_.resources());
  }

  Status Run(const client::Signals& signals) {
    ACCELD_TRY(KubeletWatch kubelet, KubeletWatch::Open(options_.plugins));
    ACCELD_TRY_VOID(keeper_.Adopt());
    announced_.Open();
    Refresh();
    ACCELD_TRY_VOID(offers_.Serve());
    look_at_ = clock_.Now() + options_.interval;
    for (;;) {
      if (clock_.Now() >= tell_at_) {
        offers_.registrar().TellKubelet();
        tell_at_ = clock_.Now() + kRegisterPause;
      }
      is_stale_ |= announced_.Next();
      Wait({signals.fd(), kubelet.fd(), directory_.fd(), announced_.fd()});
      const auto signal = signals.Next();
      if (signal && signal->ssi_signo != SIGHUP) break;
      ACCELD_TRY_VOID(FollowDirectory(signal.has_value()));
      ACCELD_TRY_VOID(FollowKubelet(kubelet));
      keeper_.CheckLeases();
      is_stale_ |= announced_.Next();
      const SteadyTime now = clock_.Now();
      if (now >= look_at_) {
        Look();
        look_at_ = clock_.Now() + options_.interval;
      } else if (is_stale_ && now >= rested_at_) {
        Refresh();
      }
    }
    offers_.Stop();
    Log(LogLevel::kInfo, "stopped", {});
    return {};
  }

 private:
  // Until one of them, or a lease, has news, or it is time.
  void Wait(std::initializer_list<int> fds) {
    std::vector<pollfd> polled;
    for (const int fd : fds) polled.push_back({fd, POLLIN, 0});
    for (const int fd : keeper_.NewsFds()) polled.push_back({fd, POLLIN, 0});
    SteadyTime until = look_at_;
    if (is_stale_) until = std::min(until, rested_at_);
    if (directory_.due()) until = std::min(until, *directory_.due());
    if (!offers_.registrar().is_done()) until = std::min(until, tell_at_);
    WaitFor(std::move(polled),
            std::chrono::ceil<milliseconds>(until - clock_.Now()));
  }

  void Refresh() {
    const SteadyTime start = clock_.Now();
    is_stale_ = !keeper_.Refresh();
    const SteadyTime end = clock_.Now();
    rested_at_ = end + kRestPerWork * (end - start);
    if (is_stale_) rested_at_ = std::max(rested_at_, end + kBusyPause);
  }

  // `at_once`: whatever changed, and whether or not more is being written.
  Status FollowDirectory(bool at_once) {
    const auto check = [this](const Resource& one) {
      return keeper_.Check(one);
    };
    const bool are_others = at_once ? directory_.Read(check)
                                    : directory_.Follow(clock_.Now(), check);
    if (!are_others) return {};
    offers_.Replace(directory_.resources());
    Refresh();
    tell_at_ = clock_.Now();
    return offers_.Serve();
  }

  Status FollowKubelet(KubeletWatch& kubelet) {
    ACCELD_TRY(const KubeletWatch::News news, kubelet.Next());
    if (!news.changed) return {};
    tell_at_ = clock_.Now();
    if (news.restarted) {
      Log(LogLevel::kInfo, "kubelet_restarted", {});
      keeper_.RestartGrace();
      offers_.registrar().OnKubeletRestart();
    }
    return offers_.Serve();
  }

  // For what nobody announces.
  void Look() {
    announced_.Open();
    LookAtPods();
    Refresh();
    if (specs_) RemoveSpecs();
  }

  void LookAtPods() {
    const std::string before = SocketIdentity(options_.pod_resources);
    const auto in_use = pods_.List();
    // A kubelet that starts tells of no pods at first, and long before its
    // other socket is there.
    const bool changed =
        before != told_by_ || SocketIdentity(options_.pod_resources) != before;
    if (changed && !told_by_.empty()) keeper_.RestartGrace();
    if (!before.empty()) told_by_ = before;
    if (in_use) {
      unknown_pods_.clear();
      keeper_.Sweep(*in_use);
    } else if (IsNews(in_use.error().message, unknown_pods_)) {
      Log(LogLevel::kWarning, "pods_unknown",
          {{"reason", unknown_pods_}, {"effect", "no lease is released"}});
    }
  }

  void RemoveSpecs() {
    const auto files = specs_->List();
    if (!files) {
      Log(LogLevel::kWarning, "cdi_directory",
          {{"reason", files.error().message}});
      return;
    }
    const auto leases = keeper_.Leases();
    if (leases) specs_->RemoveEnded(*files, *leases);
  }

  const AgentOptions& options_;
  SteadyClock clock_;
  ResourceDirectory directory_;
  ClientLink link_;
  Keeper keeper_;
  PodResources pods_;
  std::optional<SpecFiles> specs_;
  Announcements announced_;
  std::mutex specs_mutex_;  // of who writes
  Counter counter_;
  Offers offers_;
  // acceld announced something since the last plan, or had no time for that.
  bool is_stale_ = false;
  SteadyTime rested_at_;  // not before is planned for what is announced
  SteadyTime look_at_;
  SteadyTime tell_at_;        // not before is the kubelet told
  std::string told_by_;       // the kubelet that told of pods
  std::string unknown_pods_;  // the last reason that was logged
};

// Waits for acceld, which may start after this program; nothing where a signal
// ended the waiting.
Result<std::optional<client::Client>> AwaitAcceld(
    const std::string& bus, const client::Signals& signals) {
  std::string reason;
  for (;;) {
    // Files are followed from the first look at them on: SIGHUP has no news.
    const auto signal = signals.Next();
    if (signal && signal->ssi_signo != SIGHUP) break;
    auto client = client::Client::Connect({.bus = bus});
    if (client) return std::optional(*std::move(client));
    if (client.error().code != ErrorCode::kUnavailable) {
      return Fail(std::move(client.error()));
    }
    if (IsNews(client.error().message, reason)) {
      Log(LogLevel::kWarning, "waiting_for_acceld", {{"reason", reason}});
    }
    WaitFor({{signals.fd(), POLLIN, 0}}, kConnectPause);
  }
  return std::optional<client::Client>();
}

}  // namespace

Status RunAgent(const AgentOptions& options) {
  // First: threads that start from here on leave the signals to this one.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGTERM, SIGINT, SIGHUP}));
  ACCELD_TRY(auto directory, ResourceDirectory::Open(options.resources));
  std::optional<SpecFiles> specs;
  if (!options.cdi_directory.empty()) {
    ACCELD_TRY(specs, SpecFiles::Open(options.cdi_directory));
  }
  ACCELD_TRY(auto client, AwaitAcceld(options.bus, signals));
  if (!client) return {};
  Agent agent(options, std::move(directory), *std::move(client),
              std::move(specs));
  return agent.Run(signals);
}

}  // namespace acceld::kubernetes
