// A real accel-exporter, as some user, and what a scrape of it says. Ended with
// the object.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "tests/support/run_as.h"

namespace acceld::testing {

// What one scrape said.
struct Scrape {
  int status = 0;      // of HTTP
  double seconds = 0;  // that it took
  std::string text;    // all of it
  std::string lint;    // what promtool has against it
  // By name with sorted labels: acceld_leases{namespace="east"}.
  std::map<std::string, double> samples;

  [[nodiscard]] std::optional<double> Find(const std::string& name) const;
  // Those whose names start so.
  [[nodiscard]] std::map<std::string, double> StartingWith(
      const std::string& start) const;
};

class RunningExporter {
 public:
  // On a free port of this machine's own address, asking the bus at `address`
  // anew at every scrape. `arguments` come after these.
  RunningExporter(uid_t user, const std::string& address,
                  std::vector<std::string> arguments = {});

  [[nodiscard]] Scrape Read(const std::string& path = "/metrics",
                            const std::string& credentials = "") const;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }

 private:
  int port_ = 0;
  UniqueFd log_;  // what it logs goes here
  std::unique_ptr<Background> process_;
};

}  // namespace acceld::testing
