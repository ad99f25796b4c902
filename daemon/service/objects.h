// The D-Bus objects: one thin class an interface, which turns calls into calls
// of the Broker. The adaptor base classes are generated from
// api/org.acceld1.xml. Loop thread only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/wire.h"
#include "base/document.h"
#include "base/result.h"
#include "daemon/action.h"
#include "daemon/broker.h"
#include "daemon/service/adaptors.h"
#include "daemon/service/watchers.h"

namespace acceld::daemon {

// What the objects share; owned by the Service.
struct Serving {
  Broker& broker;
  EventLoop& loop;
  // The caller of the method call being handled.
  std::function<const Asker&()> asker;
  // Goes on once it is known whether the caller of the method call being
  // handled may: an administrator, or whom polkit lets.
  std::function<void(Action, std::function<void(const Result<Asker>&)>)>
      authorize;
  // Called with the connection that descriptors were sent to.
  std::function<void(const std::string& sender)> on_delivery;
  // From now on tells a connection of it.
  std::function<Status(const Asker&, Watchers::What)> watch;
  // The object of a lease has answered the Release() that it was asked for.
  std::function<void(const LeaseId&)> on_released;
};

class ManagerObject final
    : public sdbus::AdaptorInterfaces<org::acceld1::Manager_adaptor> {
 public:
  ManagerObject(sdbus::IConnection& connection, Serving& serving);
  ~ManagerObject();
  [[nodiscard]] sdbus::IObject& object() { return getObject(); }
  // PropertiesChanged, and PolicyChanged where there `is_new` one.
  void TellPolicyState(bool is_new);
  // Unicast.
  void TellLeasesChanged(const std::string& destination);
  void TellAvailability(const std::string& destination,
                        const std::vector<std::string>& devices);

 private:
  void Acquire(sdbus::Result<sdbus::ObjectPath, api::WireDocument>&& result,
               api::WireDocument pipeline, sdbus::UnixFd session,
               api::WireDocument options) override;
  void Plan(sdbus::Result<api::WireDocument>&& result,
            api::WireDocument pipeline, api::WireDocument options) override;
  void Acknowledge(const std::string& receipt) override;
  std::string Describe(const api::WireDocument& filter) override;
  api::WireDocument Distance(const std::string& from,
                             const std::string& to) override;
  std::vector<api::WireDocument> ListLeases() override;
  std::uint64_t Rescan() override;
  void ReloadPolicy(sdbus::Result<api::WireDocument>&& result) override;
  void RevokeLease(sdbus::Result<>&& result, sdbus::ObjectPath lease,
                   api::WireDocument options) override;
  void ListAllLeases(
      sdbus::Result<std::vector<api::WireDocument>>&& result) override;
  void WatchLeases(sdbus::Result<>&& result,
                   api::WireDocument options) override;
  void WatchAvailability(const api::WireDocument& options) override;
  void Taint(sdbus::Result<>&& result, std::string device,
             api::WireDocument options) override;
  void Untaint(sdbus::Result<>&& result, std::string device) override;
  std::string Version() override;
  std::uint64_t Generation() override;
  api::WireDocument PolicyState() override;
  std::string Mode() override;
  std::vector<api::WireDocument> Quarantine() override;
  api::WireDocument Statistics() override;

  Serving& serving_;
};

class LeaseObject final
    : public sdbus::AdaptorInterfaces<org::acceld1::Lease_adaptor> {
 public:
  LeaseObject(sdbus::IConnection& connection, Serving& serving,
              const Lease& lease);
  ~LeaseObject();
  // Unicast to `destination`, the connection that holds the lease.
  void SendRevoked(const std::string& destination, const std::string& reason);
  // Whether somebody waits for the answer of Release(). sd-bus looks at the
  // object's table of methods once more when it is sent: the object must be
  // there until then, though the lease is not.
  [[nodiscard]] bool is_releasing() const { return is_releasing_; }
  // What the lease's properties read, for GetManagedObjects.
  [[nodiscard]] static Document PropertiesOf(const Lease& lease);

 private:
  using Taken = sdbus::Struct<std::string, sdbus::UnixFd, api::WireDocument>;
  std::vector<Taken> Take(const api::WireDocument& options) override;
  void Attach(const sdbus::UnixFd& session) override;
  void ReportBound(const std::string& stage,
                   const api::WireDocument& result) override;
  void Release(sdbus::Result<>&& result) override;
  std::string State() override;
  std::int64_t Owner() override;
  std::string Socket() override;
  api::WireDocument Placement() override;
  [[nodiscard]] const Lease& Lookup();

  Serving& serving_;
  LeaseId id_;
  bool is_releasing_ = false;
};

class DeviceObject final
    : public sdbus::AdaptorInterfaces<org::acceld1::Device_adaptor> {
 public:
  DeviceObject(sdbus::IConnection& connection, Serving& serving,
               const std::string& path, std::string key);
  ~DeviceObject();
  [[nodiscard]] static Document PropertiesOf(const Broker& broker,
                                             const Asker& asker,
                                             const graph::Vertex& vertex);

 private:
  std::string Key() override;
  std::string Framework() override;
  std::vector<std::string> Functions() override;
  std::string NumaNode() override;
  std::string Package() override;
  std::string PciFunction() override;
  std::int64_t Capacity() override;
  std::int64_t InUse() override;
  std::string Health() override;
  std::int64_t IommuGroup() override;
  api::WireDocument SvaVerdict() override;
  std::vector<api::WireDocument> Quarantine() override;
  api::WireDocument Taint() override;
  api::WireDocument Attributes() override;
  // The device's properties now; an error where it is gone.
  [[nodiscard]] Document Read();
  [[nodiscard]] std::string Text(const char* name);
  [[nodiscard]] std::int64_t Number(const char* name);

  Serving& serving_;
  std::string key_;
};

}  // namespace acceld::daemon
