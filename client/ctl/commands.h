// The commands of accelctl, one file each. What each prints goes to standard
// output, as JSON where the tool says so; the fault it returns is for
// Complain() to tell. docs/man/accelctl.1 is the manual.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "client/ctl/tool.h"

namespace acceld::ctl {

// Errors of all: those of connecting, and those of the D-Bus call.

// Shows where a pipeline would go. `file`: "-" is standard input.
[[nodiscard]] Status Plan(const Tool& tool, const std::string& file);
// As Plan, with every term of the cost and every device that was refused.
[[nodiscard]] Status Explain(const Tool& tool, const std::string& file);

// Acquires a pipeline and holds it until SIGINT, SIGTERM, SIGHUP, or the end of
// standard input. Errors too: kDeviceGone (the lease ended meanwhile).
[[nodiscard]] Status Acquire(const Tool& tool, const std::string& file);

struct RunOptions {
  std::string file;
  std::vector<std::string> command;
  bool affinity = true;       // keep the command near its devices
  bool detach = false;        // the lease is its holders', not the command's
  bool cdi = false;           // the devices are for a container, by CDI
  std::string cdi_directory;  // where its spec is waited for; "": the default
};
// Runs a command with the devices of a pipeline; the exit status that it had,
// 128 + N where signal N ended it. Errors too: kUnavailable (with `cdi`: nobody
// writes the spec).
[[nodiscard]] Result<int> Run(const Tool& tool, const RunOptions& options);

// Becomes the command, on the lease that this process was given, with its
// descriptors from 3 on, wherever they were before. Returns only where there is
// no lease. Errors: those of client::Lease::Inherited().
[[nodiscard]] Status Exec(const Tool& tool,
                          const std::vector<std::string>& command);

struct DemoOptions {
  std::string file;            // "": test data
  std::string size = "64MiB";  // of the test data
  std::string output;          // prefix of the files to write; "": none
  std::string pipeline;        // file; "": the built-in one
  bool inherited = false;      // on the lease that this process was given
};
// Compresses and digests on the pipeline's devices, and checks what they did.
// Errors too: kCorruptInput (a device is wrong).
[[nodiscard]] Status Demo(const Tool& tool, const DemoOptions& options);

// `all`: everybody's, for whom that is allowed.
[[nodiscard]] Status Leases(const Tool& tool, bool all);
// `lease`: object path, or its last part.
[[nodiscard]] Status Release(const Tool& tool, std::string lease);
// `kinds`: of vertices; empty for all.
[[nodiscard]] Status Describe(const Tool& tool,
                              const std::vector<std::string>& kinds);
struct ExportOptions {
  std::string hosts;   // for NodeName=; "": none
  std::string from;    // file of a machine document, "-"; "": ask acceld
  std::string output;  // file to replace; "" or "-": standard output
};
// Prints gres.conf for Slurm. Errors too: kCorruptInput (no machine document),
// kInvalidArgument, kUnsupported (too many devices for Slurm).
[[nodiscard]] Status ExportGresConf(const Tool& tool,
                                    const ExportOptions& options);
[[nodiscard]] Status ShowStatus(const Tool& tool);
[[nodiscard]] Status Rescan(const Tool& tool);
[[nodiscard]] Status Reload(const Tool& tool);
// Ends another's lease; `lease` as for Release().
[[nodiscard]] Status Revoke(const Tool& tool, std::string lease,
                            const std::string& reason);

struct TaintOptions {
  std::string device;  // key
  std::string reason;
  std::string effect = "refuse";  // or "avoid"
  std::string lasts;              // "3600s"; "": until it is taken back
};
[[nodiscard]] Status Taint(const Tool& tool, const TaintOptions& options);
[[nodiscard]] Status Untaint(const Tool& tool, const std::string& device);

// Becomes accel-policy(1), which needs no acceld. Returns only where that
// cannot be started. Errors: kNotFound, kPermissionDenied, kIo.
[[nodiscard]] Status RunPolicyTool(const Tool& tool,
                                   std::vector<std::string> arguments);

}  // namespace acceld::ctl
