// Agent: the device plugin as a program: waits for the kubelet, for acceld and
// for time, and has done what each calls for. One thread; the kubelet's calls
// come on others (ResourceServer).
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "base/units.h"

namespace acceld::kubernetes {

struct AgentOptions {
  std::string bus = "system";
  std::string resources = "/etc/acceld/kubernetes";  // directory of files
  std::string plugins = "/var/lib/kubelet/device-plugins";
  std::string pod_resources = "/var/lib/kubelet/pod-resources/kubelet.sock";
  // Where specs of leases go; "": the kubelet is told of device nodes.
  std::string cdi_directory;
  std::string host_root;  // what stands before the host's paths here
  Nanoseconds linger{std::int64_t{300} * 1'000'000'000};
  std::chrono::milliseconds grace{60'000};
  // How often is looked for what nobody announces: pods that are gone, taints
  // that ran out.
  std::chrono::milliseconds interval{5000};
};

// Waits for acceld and serves until SIGTERM or SIGINT; reads the files of the
// resources again when they change, and at SIGHUP. Leases stay. Errors:
// kUnavailable (the directory of the plugins is gone), those of
// ResourceDirectory::Open, KubeletWatch::Open, Client::ListLeases and
// UnixServer::Start.
[[nodiscard]] Status RunAgent(const AgentOptions& options);

}  // namespace acceld::kubernetes
