// ResourceServer: the device plugin API of one resource on its socket, and its
// registration with the kubelet. One thread but for the calls, which come on
// gRPC's.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "integrations/kubernetes/device_plugin/answer.h"
#include "integrations/kubernetes/device_plugin/device_feed.h"
#include "integrations/kubernetes/device_plugin/keeper.h"
#include "integrations/kubernetes/grpc/unix_server.h"

namespace acceld::kubernetes {

// What the calls of every resource need; must outlive the servers.
struct Counter {
  Keeper& keeper;
  std::function<Result<UnitsInUse>()> in_use;  // asks the kubelet
  // Puts the specs of leases where the container runtime reads them; several
  // threads at a time may call it. Where it is empty, the kubelet is told of
  // device nodes.
  std::function<Status(std::span<const cdi::Spec>)> publish_specs;
};

class ResourceServer {
 public:
  // `directory`: of the kubelet's plugins; `resource`: one that the keeper has,
  // by its name.
  ResourceServer(std::string directory, const Counter& counter,
                 std::string resource);
  ~ResourceServer();

  // Serves, anew where the kubelet removed the socket: whether it began to.
  // Errors: those of UnixServer::Start.
  [[nodiscard]] Result<bool> Serve();
  // Tells the kubelet of it. Errors: kUnavailable (no kubelet), and what it
  // refuses by.
  [[nodiscard]] Status Register() const;
  void Stop();
  // What the kubelet is streamed from now on; from any thread.
  void Publish(const Units& units) { feed_.Publish(ListOf(units)); }
  // "acceld.org/gpu".
  [[nodiscard]] std::string name() const;

 private:
  class Service;
  [[nodiscard]] std::string SocketName() const;

  const std::string directory_;
  const Counter& counter_;
  const std::string resource_;
  DeviceFeed feed_;
  std::unique_ptr<Service> service_;  // of server_
  std::unique_ptr<UnixServer> server_;
};

}  // namespace acceld::kubernetes
