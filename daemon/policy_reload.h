// Reloads of the policy: read and compiled off the loop, where the user
// database may have to be waited for, and put in force in the loop. One reload
// runs at a time; whoever asks meanwhile is answered by the next one, which
// sees what was written before he asked.
//
// Loop thread only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "daemon/forbidden_lease.h"
#include "daemon/lease/quarantine.h"
#include "policy/policy.h"

namespace acceld::daemon {

// What a reload did.
struct ReloadReport {
  std::shared_ptr<const policy::Policy> policy;  // now in force
  std::vector<ForbiddenLease> forbidden;         // by it
};

// What is known of the policy in force.
struct PolicyState {
  std::uint64_t number = 1;  // how many have been in force
  SteadyTime since;
  // Why the last reload left the old policy in force; nothing where it did not.
  struct Failure {
    Error error;
    SteadyTime when;
  };
  std::optional<Failure> failure = std::nullopt;
};

// One line for each warning.
void LogWarnings(const policy::Policy& policy);

class PolicyReload {
 public:
  // How many may wait for one reload.
  static constexpr std::size_t kMaxWaiting = 64;

  // Puts a policy in force.
  using Apply =
      std::function<ReloadReport(std::shared_ptr<const policy::Policy>)>;
  // Told of every reload that left the old one in force.
  using Refused = std::function<void(const Error&)>;
  using Done = std::function<void(const Result<ReloadReport>&)>;

  // Reads `directory` (policy/directory.h says which files). `off_loop` must
  // outlive it.
  PolicyReload(OffLoop& off_loop, std::string directory, Apply apply,
               Refused refused);
  PolicyReload(const PolicyReload&) = delete;
  PolicyReload& operator=(const PolicyReload&) = delete;

  // Answers `done`, which may be null, when it is over. Each mistake in the
  // files is one line in the log. Errors: kInvalidArgument (every mistake with
  // file, line and JSON pointer), kPermissionDenied (owner or mode), kIo,
  // kBusy.
  void Start(Done done);

 private:
  void Read();
  void OnRead(Result<policy::CheckedPolicy> read);
  void Refuse(Error error);
  void Answer(const Result<ReloadReport>& answer);

  OffLoop& off_loop_;
  const std::string directory_;
  const Apply apply_;
  const Refused refused_;
  bool is_reading_ = false;
  bool is_wanted_ = false;     // once more
  std::vector<Done> running_;  // answered by the one that reads now
  std::vector<Done> waiting_;  // by the next one
};

}  // namespace acceld::daemon
