// Fixture: a node of a cluster. A real acceld that serves a described machine
// with soft stand-ins, the real acceld-dra-plugin, and beside them the
// kubelet's and the API server's parts, played by another implementation.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "tests/integration/kubernetes/dra/line_process.h"
#include "tests/integration/served_machine.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {

inline constexpr char kNodeName[] = "worker-3";

// The value at the end of the way, of members and indices; null where the way
// ends before.
[[nodiscard]] const Document& At(const Document& from,
                                 const std::vector<std::string>& way);

class ServedNode : public ServedMachine {
 protected:
  // acceld and the cluster; `minor` is the API server's version, `sockets`
  // whether leases have sockets of their own.
  void StartCluster(const std::string& host = "dsa-gpu-2s",
                    const std::string& minor = "36", bool sockets = true);
  // The cluster alone.
  void StartApiServer(const std::string& minor = "36");
  // Returns when it is there for the kubelet to find.
  void StartPlugin(const std::vector<std::string>& more = {});
  // All of it, registered.
  void StartNode(const std::string& host = "dsa-gpu-2s");

  [[nodiscard]] std::string RegistrySocket() const;
  [[nodiscard]] std::string DraSocket() const;
  Document Register(const std::string& error = "");

  // The ResourceSlices at the API server.
  [[nodiscard]] Document::Array Slices();
  // The device `name` of them; null (a value) where none is.
  [[nodiscard]] Document Device(const std::string& name);
  // Waits until the slices have `count` devices.
  [[nodiscard]] bool HasDevices(std::size_t count);

  // A claim "ns/NAME" with the uid "uid-NAME", allocated `devices` of this
  // node, one request "rN" each, with `config` (JSON, an array).
  // `instances` of each, "" all.
  void AddClaim(const std::string& name,
                const std::vector<std::string>& devices,
                std::string_view config = "[]",
                const std::string& instances = "");
  // Sends the call; its answer is for cluster_->Answer().
  int SendPrepare(const std::vector<std::string>& names,
                  const std::string& version = "v1", bool overlap = false);
  // What the kubelet got of each claim, by uid.
  Document Prepare(const std::vector<std::string>& names,
                   const std::string& version = "v1");
  Document Unprepare(const std::vector<std::string>& names,
                     const std::string& version = "v1");
  // "" where it was prepared.
  [[nodiscard]] static std::string ErrorOf(const Document& claims,
                                           const std::string& name);

  // The CDI spec of a claim; null (a value) where there is none.
  [[nodiscard]] Document Spec(const std::string& name) const;

  std::string refresh_ = "100ms";  // of the plugin; before it starts
  TempDir directory_{"/tmp"};
  std::unique_ptr<LineProcess> cluster_;
  std::unique_ptr<Process> plugin_;
  std::string port_;
};

}  // namespace acceld::testing
