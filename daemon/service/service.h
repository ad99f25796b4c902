// Service: acceld on the bus. Owns the connection and every object on it, and
// attaches them to the event loop. Loop thread only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/action.h"
#include "daemon/broker.h"
#include "daemon/event_loop.h"
#include "daemon/service/bouncer.h"
#include "daemon/service/objects.h"
#include "daemon/service/polkit.h"
#include "daemon/service/watchers.h"

namespace acceld::daemon {

class Service final : public ObjectDirectory, public BrokerObserver {
 public:
  // Connects to `bus` ("system", "session" or an address), makes the objects,
  // and requests the name last, when everything answers.
  // Errors: kUnavailable (no bus; the name is taken or not allowed).
  // `on_bus_lost` is called, in the loop, when the bus has gone away.
  [[nodiscard]] static Result<std::unique_ptr<Service>> Start(
      const std::string& bus, Broker& broker, EventLoop& loop,
      std::function<void()> on_bus_lost);
  ~Service() override;

  // Gives the name back: no new calls arrive.
  void Leave();

  bool MaySee(const Asker& asker, const std::string& path) override;
  std::vector<Object> ObjectsOf(const Asker& asker) override;
  void OnBusLost() override;
  void OnLeaseGranted(const Lease& lease) override;
  void OnLeaseEnded(const Lease& lease, const std::string& reason) override;
  void OnNewTopology() override;
  void OnPolicyState(bool is_new) override;
  void OnAvailability(const std::string& device) override;

 private:
  Service(std::unique_ptr<sdbus::IConnection> connection, Broker& broker,
          EventLoop& loop);
  [[nodiscard]] Status Attach();
  void PublishDevices();
  // An object that is no longer called: removes it, after what runs now.
  void Drop(std::unique_ptr<LeaseObject> object);
  LeaseObject& MakeLeaseObject(const Lease& lease);
  // As Serving::authorize.
  void Authorize(Action action, std::function<void(const Result<Asker>&)> then);
  // Notices when `sender` leaves the bus with descriptors on their way to it.
  void WatchDelivery(const std::string& sender);
  [[nodiscard]] bool IsConnected(const std::string& sender) const;
  void TellWatchersOf(const Lease& lease);
  void TellAvailability();

  std::unique_ptr<sdbus::IConnection> connection_;
  Broker& broker_;
  EventLoop& loop_;
  Serving serving_;
  std::function<void()> on_bus_lost_;
  std::unique_ptr<ManagerObject> manager_;
  std::map<std::string, std::unique_ptr<DeviceObject>> devices_;  // by path
  std::map<std::string, std::string> device_keys_;                // path -> key
  std::map<LeaseId, std::unique_ptr<LeaseObject>> leases_;
  // Of leases that ended, until their Release() is answered.
  std::map<LeaseId, std::unique_ptr<LeaseObject>> releasing_;
  std::map<std::string, sdbus::Slot> deliveries_;  // by unique bus name
  std::optional<Watchers> watchers_;
  bool tells_availability_ = false;       // posted
  EventLoop::Source availability_timer_;  // for who was told just before
  sd_bus* bus_ = nullptr;                 // the connection's, borrowed
  std::unique_ptr<Bouncer> bouncer_;
  std::unique_ptr<Polkit> polkit_;
};

}  // namespace acceld::daemon
