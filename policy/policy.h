// Policy: who may use which device for which function, and what "best" means.
// Compiled once from /etc/acceld/policy.d/*.json (docs/policy.md) and never
// changed; a reload makes a new one. Thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/result.h"
#include "base/units.h"

namespace acceld::policy {

// Who asks. Only values that the bus attests (getCredsEuid, and the groups of
// that user from the user database).
struct Subject {
  uid_t uid = 0;
  std::vector<gid_t> gids;
};

// Outcome of a question to the policy, not an error.
struct Verdict {
  bool allowed = false;
  std::string rule;    // "20-lab.json#/rules/2" or "default"
  std::string reason;  // the rule's own words; may be empty
};

// Weights of the placement objective (docs/placement.md). All >= 0.
struct Objective {
  std::int64_t latency_weight = 1;    // per ns of path latency
  std::int64_t transfer_weight = 1;   // per ns that 64 KiB take on the path
  std::int64_t spread_weight = 0;     // cost of each opens-in-use on a device
  std::int64_t preferred_weight = 0;  // cost of a device no preference names
  std::vector<std::string> preferred_frameworks;  // best first
};

// Bounds and defaults for every request.
struct Limits {
  Nanoseconds default_deadline{50'000'000};  // 50 ms
  Nanoseconds max_deadline{1'000'000'000};   // 1 s
  std::int64_t max_stages = 64;              // replicas counted
  std::int64_t max_leases_per_user = 64;
  std::int64_t max_instances_per_user = 256;  // opens of devices in all
  Bytes max_buffer_bytes_per_user{std::int64_t{8} << 30};
};

class Policy {
 public:
  // The built-in policy in force where no file is: root may use everything,
  // everybody else soft accelerators and what the device node's own mode and
  // group would let them open.
  [[nodiscard]] static std::shared_ptr<const Policy> Default();

  // One or more documents, merged in the order given; `names` are used in
  // verdicts and messages. Errors: kInvalidArgument, every mistake with file
  // name and JSON pointer.
  struct Source {
    std::string name;
    std::string text;
  };
  [[nodiscard]] static Result<std::shared_ptr<const Policy>> Compile(
      const std::vector<Source>& sources);

  // Reads `directory`/*.json in name order. Directory and files must belong
  // to root or the caller's own user and not be writable by group or others.
  // A directory that does not exist gives Default().
  // Errors: kInvalidArgument, kPermissionDenied (owner or mode), kIo.
  [[nodiscard]] static Result<std::shared_ptr<const Policy>> LoadDirectory(
      const std::string& directory);

  // May `subject` use `device` for `function`? An empty function asks whether
  // it may use (and so see) the device at all. Deny wins over allow; where no
  // rule speaks, the default decides.
  [[nodiscard]] Verdict Decide(const Subject& subject,
                               const AttributeView& device,
                               std::string_view function) const;
  // May `subject` see every lease, rescan and reload? (root always may)
  [[nodiscard]] bool IsAdministrator(const Subject& subject) const;
  [[nodiscard]] const Objective& objective() const;
  [[nodiscard]] const Limits& limits() const;
  // "default", or the names of the files in force.
  [[nodiscard]] const std::string& origin() const;

  ~Policy();
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

 private:
  struct Compiled;
  explicit Policy(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace acceld::policy
