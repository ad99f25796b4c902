#include "integrations/kubernetes/dra/plugin.h"

#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "integrations/kubernetes/announcements/announcements.h"
#include "integrations/kubernetes/dra/api_endpoint.h"
#include "integrations/kubernetes/dra/back_off.h"
#include "integrations/kubernetes/dra/claim_leases.h"
#include "integrations/kubernetes/dra/claims.h"
#include "integrations/kubernetes/dra/device_document.h"
#include "integrations/kubernetes/dra/dra_service.h"
#include "integrations/kubernetes/dra/health_service.h"
#include "integrations/kubernetes/dra/instance_lock.h"
#include "integrations/kubernetes/dra/metadata_files.h"
#include "integrations/kubernetes/dra/publish_loop.h"
#include "integrations/kubernetes/dra/registration_service.h"
#include "integrations/kubernetes/dra/slice_watch.h"
#include "integrations/kubernetes/grpc/unix_server.h"

namespace acceld::dra {
namespace {

using std::chrono::milliseconds;

// How often the slices at the server are looked at without a change anywhere.
constexpr milliseconds kLook{600'000};
// Between two looks at what is announced: each lease that somebody takes is,
// and the kubelet is told of all devices each time.
constexpr milliseconds kRest{200};

milliseconds Milliseconds(Nanoseconds time) {
  return std::chrono::duration_cast<milliseconds>(
      std::chrono::nanoseconds(time.value()));
}

// Whether a signal came within `time`.
bool Signalled(const client::Signals& signals, milliseconds time) {
  pollfd polled{signals.fd(), POLLIN, 0};
  return ::poll(&polled, 1, static_cast<int>(time.count())) > 0;
}

Status MakeDirectory(const std::string& path) {
  if (::mkdir(path.c_str(), 0750) == 0 || errno == EEXIST) return {};
  return FailErrno("make " + path, errno);
}

// All that serves, in the order in which it depends on each other.
class Plugin {
 public:
  Plugin(const Options& options, const client::Signals& signals,
         ApiEndpoint endpoint)
      : options_(options),
        signals_(signals),
        connection_(std::move(endpoint)),
        api_(connection_),
        acceld_(options.bus),
        announced_(options.bus) {}

  // Threads that wait for the API server wait no longer.
  ~Plugin() { connection_.Stop(); }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  // Each returns when it is done, or a signal came, or with a fault.
  [[nodiscard]] Status Prepare();
  [[nodiscard]] Status Serve();
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  template <typename Ask>
  auto Await(const char* what, Ask ask) -> decltype(ask());
  [[nodiscard]] Status StartServers();
  [[nodiscard]] Status StayInReach();
  void Look();
  [[nodiscard]] Status Wait();
  [[nodiscard]] std::string Directory() const {
    return options_.kubelet + "/plugins/" + kDriver;
  }

  const Options& options_;
  const client::Signals& signals_;
  SteadyClock clock_;
  UniqueFd lock_;
  HttpsConnection connection_;
  KubernetesApi api_;
  Acceld acceld_;
  Release release_;
  NodeIdentity node_;
  HealthBoard health_;
  std::optional<Inventory> inventory_;
  std::optional<cdi::SpecDirectory> specs_;
  std::optional<MetadataFiles> metadata_;
  std::optional<ClaimLeases> leases_;
  std::optional<Claims> claims_;
  bool ended_ = false;  // by a signal
  bool away_ = false;   // acceld
  std::shared_ptr<const Snapshot> published_;
  kubernetes::Announcements announced_;
  bool is_stale_ = false;  // something was announced since the last look
  SteadyTime rested_at_;   // not before is looked for what is announced
  SteadyTime look_at_;
  std::optional<Publisher> publisher_;
  std::optional<PublishLoop> loop_;
  std::optional<SliceWatch> slices_;
  // Last, for they go first: their calls use all of the above.
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<kubernetes::UnixServer> dra_;
  std::unique_ptr<kubernetes::UnixServer> registration_;
};

// Asks until there is an answer: at the start of a machine neither the API
// server nor acceld need be there. Errors: kDeadline (ended_: a signal came),
// kUnsupported, kInvalidArgument.
template <typename Ask>
auto Plugin::Await(const char* what, Ask ask) -> decltype(ask()) {
  for (int failures = 1;; ++failures) {
    auto answer = ask();
    if (answer || answer.error().code == ErrorCode::kUnsupported ||
        answer.error().code == ErrorCode::kInvalidArgument) {
      return answer;
    }
    // At first silently, for an instance that is just ending.
    const milliseconds wait =
        failures <= 5 ? milliseconds(200) : BackOff(failures - 5);
    if (failures == 5 || wait >= milliseconds(8'000)) {
      Log(LogLevel::kWarning, "waiting",
          {{"for", what}, {"error", answer.error().message}});
    }
    ended_ = Signalled(signals_, wait);
    if (ended_) return Fail(ErrorCode::kDeadline, "ended by a signal");
  }
}

Status Plugin::Prepare() {
  ACCELD_TRY_VOID(MakeDirectory(Directory()));
  ACCELD_TRY(lock_, Await("another instance to end",
                          [&] { return TryLock(Directory() + "/lock"); }));
  ACCELD_TRY(specs_, cdi::SpecDirectory::Make(options_.specs));
  ACCELD_TRY(metadata_,
             MetadataFiles::Make(options_.specs + "/acceld.org-metadata"));
  ACCELD_TRY(release_,
             Await("the API server", [&] { return api_.FindRelease(); }));
  node_.name = options_.node;
  ACCELD_TRY(node_.uid, Await("the node object",
                              [&] { return api_.NodeUid(options_.node); }));
  inventory_.emplace(acceld_, release_);
  ACCELD_TRY_VOID(Await("acceld", [&] { return inventory_->Refresh(); }));
  leases_.emplace(acceld_, options_.linger);
  claims_.emplace(Claims::Parts{*leases_, *inventory_, api_, *specs_,
                                *metadata_, release_, options_.node,
                                options_.root});
  ACCELD_TRY_VOID(Await("acceld", [&] { return claims_->Recover(); }));
  Log(LogLevel::kInfo, "started",
      {{"node", options_.node},
       {"kubernetes", "1." + std::to_string(release_.minor)},
       {"api", release_.api_version}});
  return {};
}

Status Plugin::StartServers() {
  const std::string socket = Directory() + "/dra.sock";
  services_.push_back(std::make_unique<DraV1>(*claims_));
  services_.push_back(std::make_unique<DraV1beta1>(*claims_));
  services_.push_back(std::make_unique<HealthV1>(health_, options_.node));
  services_.push_back(std::make_unique<HealthV1alpha1>(health_, options_.node));
  std::vector<grpc::Service*> served;
  for (const auto& service : services_) served.push_back(service.get());
  kubernetes::UnixServerOptions options;
  options.path = socket;
  // A call for each pod that starts at the same time; they wait for the API
  // server, not for processors.
  options.most_threads = 64;
  ACCELD_TRY(dra_, kubernetes::UnixServer::Start(options, served));
  // Only now: the kubelet calls as soon as it sees this one.
  services_.push_back(std::make_unique<RegistrationService>(
      socket, [this](const std::string& error) {
        Log(error.empty() ? LogLevel::kInfo : LogLevel::kError, "registration",
            {{"error", error}});
        // It removes the slices of a plugin that is away for long.
        loop_->Poke();
      }));
  grpc::Service* const registration[] = {services_.back().get()};
  options.path =
      options_.kubelet + "/plugins_registry/" + kDriver + "-reg.sock";
  ACCELD_TRY(registration_,
             kubernetes::UnixServer::Start(options, registration));
  return {};
}

// Who clears the kubelet's directories takes the sockets along, by which alone
// the plugin is found.
Status Plugin::StayInReach() {
  if (dra_->InPlace() && registration_->InPlace()) return {};
  Log(LogLevel::kWarning, "sockets_gone", {{"directory", options_.kubelet}});
  registration_.reset();
  dra_.reset();
  services_.clear();
  ACCELD_TRY_VOID(MakeDirectory(Directory()));
  return StartServers();
}

// What may have changed, looked at.
void Plugin::Look() {
  is_stale_ = false;
  look_at_ = clock_.Now() + Milliseconds(options_.refresh);
  rested_at_ = clock_.Now() + kRest;
  const auto time = static_cast<std::int64_t>(std::time(nullptr));
  if (const Status asked = inventory_->Refresh(); !asked) {
    if (!std::exchange(away_, true)) {
      Log(LogLevel::kWarning, "acceld_away",
          {{"error", asked.error().message}});
    }
    health_.Lose(time);
    return;
  }
  if (std::exchange(away_, false)) Log(LogLevel::kInfo, "acceld_back", {});
  const auto now = inventory_->Now();
  health_.Update(now->pool, time);
  // Leases come and go without a word to the API server.
  if (published_ == nullptr || published_->pool.parts != now->pool.parts) {
    loop_->Poke();
  }
  published_ = now;
}

// Until a signal, an announcement or the end of a lease comes, or it is time.
Status Plugin::Wait() {
  std::vector<pollfd> polled{{signals_.fd(), POLLIN, 0},
                             {announced_.fd(), POLLIN, 0}};
  for (const int fd : claims_->NewsFds()) polled.push_back({fd, POLLIN, 0});
  const SteadyTime until =
      is_stale_ ? std::min(look_at_, rested_at_) : look_at_;
  const auto left = std::max(
      std::chrono::ceil<milliseconds>(until - clock_.Now()), milliseconds(0));
  if (::poll(polled.data(), polled.size(), static_cast<int>(left.count())) <
          0 &&
      errno != EINTR) {
    return FailErrno("poll", errno);
  }
  return {};
}

Status Plugin::Serve() {
  publisher_.emplace(api_, release_, node_);
  loop_.emplace(*publisher_, *inventory_, kLook);
  slices_.emplace(api_, release_, options_.node, [this] { loop_->Poke(); });
  Look();
  ACCELD_TRY_VOID(StartServers());
  while (!signals_.Next()) {
    announced_.Open();
    is_stale_ |= announced_.Next();
    ACCELD_TRY_VOID(Wait());
    claims_->DropEnded();
    is_stale_ |= announced_.Next();
    const SteadyTime now = clock_.Now();
    if (now >= look_at_ || (is_stale_ && now >= rested_at_)) Look();
    ACCELD_TRY_VOID(StayInReach());
  }
  // The kubelet sees the registration go first; calls in progress end.
  constexpr milliseconds kGrace{5'000};
  connection_.Stop();
  registration_->Stop(milliseconds(0));
  health_.Close();
  dra_->Stop(kGrace);
  return {};
}

}  // namespace

Status RunPlugin(const Options& options, const client::Signals& signals) {
  ACCELD_TRY(
      ApiEndpoint endpoint,
      InClusterEndpoint([](const char* name) { return std::getenv(name); },
                        options.account));
  Plugin plugin(options, signals, std::move(endpoint));
  Status done = plugin.Prepare();
  if (done) done = plugin.Serve();
  return plugin.ended() ? Status() : done;
}

}  // namespace acceld::dra
