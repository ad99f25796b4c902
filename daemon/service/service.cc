#include "daemon/service/service.h"

#include <chrono>
#include <utility>

#include "api/names.h"
#include "base/log.h"
#include "daemon/service/guarded.h"
#include "daemon/service/raw_bus.h"
#include "daemon/service/visibility.h"
#include "graph/offering.h"

namespace acceld::daemon {
namespace {

std::unique_ptr<sdbus::IConnection> Connect(const std::string& bus) {
  if (bus == "system") return sdbus::createSystemBusConnection();
  if (bus == "session") return sdbus::createSessionBusConnection();
  return sdbus::createSessionBusConnectionWithAddress(bus);
}

// "accelerator:soft0-copy" -> "/org/acceld1/device/accelerator_3asoft0_2dcopy"
std::string DevicePath(const std::string& key) {
  char* encoded = nullptr;
  const std::string prefix(api::kDevicePathPrefix,
                           std::string_view(api::kDevicePathPrefix).size() - 1);
  if (sd_bus_path_encode(prefix.c_str(), key.c_str(), &encoded) < 0) return "";
  const std::unique_ptr<char, decltype(&::free)> owner(encoded, ::free);
  return owner.get();
}

}  // namespace

Service::Service(std::unique_ptr<sdbus::IConnection> connection, Broker& broker,
                 EventLoop& loop)
    : connection_(std::move(connection)),
      broker_(broker),
      loop_(loop),
      serving_{broker,
               loop,
               [this]() -> const Asker& { return bouncer_->current(); },
               [this](Action action,
                      std::function<void(const Result<Asker>&)> then) {
                 Authorize(action, std::move(then));
               },
               [this](const std::string& sender) { WatchDelivery(sender); },
               [this](const Asker& asker, Watchers::What what) {
                 return watchers_->Add(asker, what);
               },
               [this](const LeaseId& lease) {
                 auto object = releasing_.extract(lease);
                 if (!object.empty()) Drop(std::move(object.mapped()));
               }} {}

Service::~Service() {
  broker_.SetObserver(nullptr);
  polkit_.reset();
  bouncer_.reset();
  watchers_.reset();
  deliveries_.clear();
  leases_.clear();
  releasing_.clear();
  devices_.clear();
  manager_.reset();
  if (bus_ != nullptr) (void)sd_bus_detach_event(bus_);
}

Result<std::unique_ptr<Service>> Service::Start(
    const std::string& bus, Broker& broker, EventLoop& loop,
    std::function<void()> on_bus_lost) {
  try {
    std::unique_ptr<Service> service(new Service(Connect(bus), broker, loop));
    service->on_bus_lost_ = std::move(on_bus_lost);
    ACCELD_TRY_VOID(service->Attach());
    service->connection_->requestName(api::kBusName);
    Log(LogLevel::kInfo, "bus_name_taken",
        {{"bus", bus}, {"name", api::kBusName}});
    return service;
  } catch (const sdbus::Error& error) {
    return Fail(ErrorCode::kUnavailable,
                "bus '" + bus + "': " + error.getMessage() +
                    " (is the bus running, and is its policy for " +
                    api::kBusName + " installed?)");
  }
}

Status Service::Attach() {
  manager_ = std::make_unique<ManagerObject>(*connection_, serving_);
  const RawBus raw(manager_->object());
  bus_ = raw.get();
  ACCELD_TRY(bouncer_, Bouncer::Install(raw, *this, broker_.live()));
  polkit_ = std::make_unique<Polkit>(bus_);
  watchers_.emplace(*connection_, loop_, [this](const std::string& sender) {
    return IsConnected(sender);
  });
  PublishDevices();
  broker_.SetObserver(this);
  const int error =
      sd_bus_attach_event(bus_, loop_.native(), SD_EVENT_PRIORITY_NORMAL);
  if (error < 0) return FailErrno("attach the bus to the loop", -error);
  return {};
}

void Service::Leave() {
  Unasked("leave", [this] { connection_->releaseName(api::kBusName); });
}

void Service::PublishDevices() {
  device_keys_.clear();
  for (const graph::Vertex& vertex : broker_.topology()->vertices()) {
    if (!graph::IsOffered(vertex)) continue;
    const std::string path = DevicePath(vertex.key);
    device_keys_[path] = vertex.key;
    auto& object = devices_[path];  // it reads the snapshot of the moment
    if (object != nullptr) continue;
    object = std::make_unique<DeviceObject>(*connection_, serving_, path,
                                            vertex.key);
  }
  std::erase_if(devices_, [this](const auto& device) {
    return !device_keys_.contains(device.first);
  });
}

void Service::OnNewTopology() {
  PublishDevices();
  Unasked("TopologyChanged", [this] {
    manager_->emitTopologyChanged(broker_.topology()->generation());
  });
}

void Service::OnPolicyState(bool is_new) {
  Unasked("PolicyChanged", [&] { manager_->TellPolicyState(is_new); });
}

void Service::Authorize(Action action,
                        std::function<void(const Result<Asker>&)> then) {
  const Asker& asker = bouncer_->current();
  if (broker_.Require(asker, action)) {
    then(asker);
    return;
  }
  polkit_->Ask(
      {action, asker.sender, asker.subject.uid, bouncer_->allows_interaction()},
      [action, asker, then = std::move(then)](Status may) {
        if (!may) {
          then(Fail(std::move(may.error())));
          return;
        }
        Asker granted = asker;
        granted.granted = action;
        then(granted);
      });
}

bool Service::MaySee(const Asker& asker, const std::string& path) {
  const std::string_view lease_prefix(api::kLeasePathPrefix);
  if (path.starts_with(lease_prefix)) {
    const Lease* lease = broker_.Find(asker, path.substr(lease_prefix.size()));
    if (lease != nullptr) MakeLeaseObject(*lease);
    return lease != nullptr;
  }
  const auto key = device_keys_.find(path);
  if (key == device_keys_.end()) return false;
  const auto id = broker_.topology()->Find(key->second);
  return id && MayUse(broker_, asker, broker_.topology()->vertex(*id));
}

std::vector<ObjectDirectory::Object> Service::ObjectsOf(const Asker& asker) {
  std::vector<Object> objects;
  for (const auto& [path, key] : device_keys_) {
    if (!MaySee(asker, path)) continue;
    const graph::Topology& topology = *broker_.topology();
    objects.push_back(
        {path, api::kDeviceInterface,
         DeviceObject::PropertiesOf(broker_, asker,
                                    topology.vertex(*topology.Find(key)))});
  }
  for (const Lease* lease : broker_.LeasesOf(asker)) {
    objects.push_back({LeasePath(lease->id), api::kLeaseInterface,
                       LeaseObject::PropertiesOf(*lease)});
  }
  return objects;
}

void Service::WatchDelivery(const std::string& sender) {
  // Those that have arrived need no watch any more.
  std::erase_if(deliveries_, [this](const auto& watch) {
    return !broker_.IsDeliveringTo(watch.first);
  });
  if (deliveries_.contains(sender)) return;
  const std::string match =
      "type='signal',sender='org.freedesktop.DBus',"
      "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" +
      sender + "'";
  deliveries_[sender] = connection_->addMatch(
      match,
      [this, sender](sdbus::Message&) { broker_.ForgetDeliveries(sender); });
  // It may have left before the match was in place.
  if (!IsConnected(sender)) broker_.ForgetDeliveries(sender);
}

// Whether the bus knows the connection (now; asked of the bus itself).
bool Service::IsConnected(const std::string& sender) const {
  sd_bus_message* reply = nullptr;
  const int asked =
      sd_bus_call_method(bus_, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                         "org.freedesktop.DBus", "NameHasOwner", nullptr,
                         &reply, "s", sender.c_str());
  int owned = 0;
  const bool read = asked >= 0 && sd_bus_message_read(reply, "b", &owned) > 0;
  sd_bus_message_unref(reply);
  return read && owned != 0;
}

void Service::OnBusLost() {
  // Later: the message that says so is still being handled.
  loop_.Post([this] { on_bus_lost_(); });
}

// Made at the first call to it: most leases live by their session socket and
// are never called.
LeaseObject& Service::MakeLeaseObject(const Lease& lease) {
  auto& object = leases_[lease.id];
  if (object == nullptr) {
    object = std::make_unique<LeaseObject>(*connection_, serving_, lease);
  }
  return *object;
}

void Service::TellWatchersOf(const Lease& lease) {
  for (const std::string& name : watchers_->Of(broker_, lease)) {
    Unasked("LeasesChanged", [&] { manager_->TellLeasesChanged(name); });
  }
}

void Service::OnAvailability(const std::string& device) {
  if (!watchers_->NoteAvailability(device)) return;
  if (std::exchange(tells_availability_, true)) return;
  // Later: a lease has many devices.
  loop_.Post([this] {
    tells_availability_ = false;
    TellAvailability();
  });
}

void Service::TellAvailability() {
  const auto shows = [this](const Asker& asker, const std::string& device) {
    const auto id = broker_.topology()->Find(device);
    return id && MayUse(broker_, asker, broker_.topology()->vertex(*id));
  };
  const SteadyTime now = broker_.Now();
  for (const auto& news : watchers_->DueNews(now, shows)) {
    Unasked("AvailabilityChanged",
            [&] { manager_->TellAvailability(news.connection, news.devices); });
  }
  const auto next = watchers_->NextNews();
  if (!next) return;
  auto timer =
      loop_.After(std::chrono::ceil<std::chrono::microseconds>(*next - now),
                  [this] { TellAvailability(); });
  if (timer) {
    availability_timer_ = *std::move(timer);
  } else {
    Log(LogLevel::kError, "availability_untold",
        {{"what", timer.error().message}});
  }
}

void Service::OnLeaseGranted(const Lease& lease) { TellWatchersOf(lease); }

void Service::OnLeaseEnded(const Lease& lease, const std::string& reason) {
  TellWatchersOf(lease);
  if (!reason.empty()) {
    Unasked("Revoked",
            [&] { MakeLeaseObject(lease).SendRevoked(lease.sender, reason); });
  }
  const auto found = leases_.find(lease.id);
  if (found == leases_.end()) return;
  std::unique_ptr<LeaseObject> object = std::move(found->second);
  leases_.erase(found);
  if (object->is_releasing()) {
    releasing_[lease.id] = std::move(object);
  } else {
    Drop(std::move(object));
  }
}

void Service::Drop(std::unique_ptr<LeaseObject> object) {
  // A call of its own may be what runs now.
  loop_.Post([shared = std::shared_ptr<LeaseObject>(std::move(object))] {});
}

}  // namespace acceld::daemon
