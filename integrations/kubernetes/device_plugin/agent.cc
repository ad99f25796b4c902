#include "integrations/kubernetes/device_plugin/agent.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "client/client.h"
#include "client/signals.h"
#include "client/topology_watch.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "integrations/kubernetes/device_plugin/client_link.h"
#include "integrations/kubernetes/device_plugin/device_feed.h"
#include "integrations/kubernetes/device_plugin/keeper.h"
#include "integrations/kubernetes/device_plugin/kubelet_watch.h"
#include "integrations/kubernetes/device_plugin/pod_resources.h"
#include "integrations/kubernetes/device_plugin/resource_server.h"
#include "integrations/kubernetes/device_plugin/spec_files.h"

namespace acceld::kubernetes {
namespace {

using std::chrono::milliseconds;

// Between two attempts to register with a kubelet that is not there yet.
constexpr milliseconds kRegisterPause{1000};

class Agent {
 public:
  Agent(const AgentOptions& options, std::vector<Resource> resources,
        client::Client client, std::optional<SpecFiles> specs)
      : options_(options),
        feeds_(resources.size()),
        link_(std::move(client), {options.linger, options.host_root}),
        keeper_(std::move(resources), link_, clock_, options.grace,
                [this](std::size_t resource, const Units& units) {
                  feeds_[resource].Publish(ListOf(units));
                }),
        pods_(options.pod_resources),
        specs_(std::move(specs)),
        counter_{keeper_, [this] { return pods_.List(); }, nullptr} {
    if (specs_) {
      counter_.publish_specs = [this](std::span<const cdi::Spec> leases) {
        return specs_->Write(leases);
      };
    }
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      servers_.push_back(std::make_unique<ResourceServer>(
          options.plugins, counter_, i, feeds_[i]));
    }
    registered_.assign(feeds_.size(), false);
  }

  Status Run(const client::Signals& signals) {
    ACCELD_TRY(KubeletWatch kubelet, KubeletWatch::Open(options_.plugins));
    ACCELD_TRY(client::TopologyWatch topology,
               client::TopologyWatch::Open(options_.bus));
    ACCELD_TRY_VOID(keeper_.Adopt());
    keeper_.Refresh();
    ACCELD_TRY_VOID(ServeAll());
    SteadyTime look_at = clock_.Now() + options_.interval;
    for (;;) {
      RegisterAll();
      Wait({signals.fd(), kubelet.fd(), topology.fd()}, look_at);
      if (signals.Next()) break;
      ACCELD_TRY_VOID(FollowKubelet(kubelet));
      keeper_.CheckLeases();
      ACCELD_TRY(const auto news, topology.Next());
      if (clock_.Now() >= look_at) {
        Look();
        look_at = clock_.Now() + options_.interval;
      } else if (news.changed || news.left) {
        keeper_.Refresh();
      }
    }
    for (const auto& server : servers_) server->Stop();
    Log(LogLevel::kInfo, "stopped", {});
    return {};
  }

 private:
  // Until one of them, or a lease, has news, or it is time.
  void Wait(std::vector<int> fds, SteadyTime look_at) {
    const std::vector<int> leases = keeper_.NewsFds();
    fds.insert(fds.end(), leases.begin(), leases.end());
    std::vector<pollfd> polled;
    for (const int fd : fds) polled.push_back({fd, POLLIN, 0});
    auto left =
        std::chrono::duration_cast<milliseconds>(look_at - clock_.Now()) +
        milliseconds(1);
    if (std::count(registered_.begin(), registered_.end(), false) > 0) {
      left = std::min(left, kRegisterPause);
    }
    // A signal or an error is found out by who reads.
    (void)::poll(polled.data(), polled.size(),
                 static_cast<int>(std::max(left, milliseconds(0)).count()));
  }

  Status ServeAll() {
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      ACCELD_TRY(const bool is_new, servers_[i]->Serve());
      if (is_new) registered_[i] = false;
    }
    return {};
  }

  void RegisterAll() {
    if (std::find(registered_.begin(), registered_.end(), false) ==
        registered_.end()) {
      return;
    }
    // Asked before: where the kubelet is replaced meanwhile, all is told anew.
    std::string kubelet = KubeletSocketIdentity(options_.plugins);
    if (kubelet != registered_with_) {
      registered_.assign(registered_.size(), false);
      registered_with_ = std::move(kubelet);
    }
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      if (registered_[i]) continue;
      const Status done = servers_[i]->Register();
      const std::string name = keeper_.resources()[i].FullName();
      if (done) {
        registered_[i] = true;
        refused_.clear();
        Log(LogLevel::kInfo, "registered", {{"resource", name}});
        continue;
      }
      // Once, not at each attempt.
      if (refused_ != done.error().message) {
        refused_ = done.error().message;
        Log(LogLevel::kWarning, "not_registered",
            {{"resource", name}, {"reason", refused_}});
      }
      if (done.error().code == ErrorCode::kUnavailable) return;
    }
  }

  Status FollowKubelet(KubeletWatch& kubelet) {
    ACCELD_TRY(const KubeletWatch::News news, kubelet.Next());
    if (!news.changed) return {};
    if (news.restarted) {
      Log(LogLevel::kInfo, "kubelet_restarted", {});
      keeper_.RestartGrace();
      // It may have been told before its start was noticed, by a server whose
      // socket it had removed. Told twice, it ends the calls in progress.
      if (KubeletSocketIdentity(options_.plugins) != registered_with_) {
        registered_.assign(registered_.size(), false);
      }
    }
    return ServeAll();
  }

  void Look() {
    const auto in_use = pods_.List();
    if (in_use) {
      keeper_.Sweep(*in_use);
    } else if (in_use.error().code != ErrorCode::kUnavailable) {
      Log(LogLevel::kWarning, "pods_unknown",
          {{"reason", in_use.error().message}});
    }
    keeper_.Refresh();
    if (!specs_) return;
    const auto leases = link_.FindLeases();
    if (leases) specs_->KeepOnly(*leases);
  }

  const AgentOptions& options_;
  SteadyClock clock_;
  std::deque<DeviceFeed> feeds_;  // as the resources
  ClientLink link_;
  Keeper keeper_;
  PodResources pods_;
  std::optional<SpecFiles> specs_;
  Counter counter_;
  std::vector<std::unique_ptr<ResourceServer>> servers_;
  std::string registered_with_;  // the kubelet that they are registered with
  std::vector<bool> registered_;
  std::string refused_;  // the last reason that was logged
};

}  // namespace

Status RunAgent(const AgentOptions& options) {
  // First: threads that start from here on leave the signals to this one.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGTERM, SIGINT}));
  ACCELD_TRY(auto resources, ReadResources(options.resources));
  ACCELD_TRY(auto client, client::Client::Connect({.bus = options.bus}));
  std::optional<SpecFiles> specs;
  if (!options.cdi_directory.empty()) {
    ACCELD_TRY(specs, SpecFiles::Open(options.cdi_directory));
  }
  Agent agent(options, std::move(resources), std::move(client),
              std::move(specs));
  return agent.Run(signals);
}

}  // namespace acceld::kubernetes
