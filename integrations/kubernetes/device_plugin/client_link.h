// ClientLink: acceld as libacceld reaches it. One thread at a time.
#pragma once

#include <string>

#include "base/units.h"
#include "client/client.h"
#include "integrations/kubernetes/bundles/device_facts.h"
#include "integrations/kubernetes/device_plugin/daemon_link.h"

namespace acceld::kubernetes {

struct ClientLinkOptions {
  // How long leases outlive this process: the time that it may take to come
  // back.
  Nanoseconds linger;
  // What stands before the host's paths here ("/host"); "": nothing.
  std::string host_root;
};

class ClientLink final : public DaemonLink {
 public:
  ClientLink(client::Client client, ClientLinkOptions options)
      : client_(std::move(client)), options_(std::move(options)) {}

  [[nodiscard]] Result<Copies> PlanCopies(const Document& pipeline) override;
  [[nodiscard]] Result<Copy> Plan(const Document& pipeline) override;
  [[nodiscard]] Result<HeldLease> Acquire(const Resource& what,
                                          const Copy& copy,
                                          const std::string& label) override;
  [[nodiscard]] Result<std::vector<Labelled>> FindLeases() override;
  [[nodiscard]] Result<HeldLease> Attach(const std::string& path) override;
  void Release(HeldLease lease) override;
  [[nodiscard]] Result<cdi::Spec> SpecOf(const std::string& path) override;

 private:
  // Where soft devices stand in for all: of none.
  [[nodiscard]] Result<FactsByDevice> FactsOfDevices();

  client::Client client_;
  ClientLinkOptions options_;
};

}  // namespace acceld::kubernetes
