// Policy: who may use which device for which function, and what "best" means.
// Compiled once from /etc/acceld/policy.d/*.json (docs/policy.md) and never
// changed; a reload makes a new one. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/result.h"
#include "policy/settings.h"
#include "policy/source.h"
#include "policy/subject.h"
#include "policy/user_database.h"

namespace acceld::policy {

// Outcome of a question to the policy, not an error.
struct Verdict {
  bool allowed = false;
  std::string rule;    // "20-lab.json#/rules/2"; "default" where no rule
                       // speaks; "root"
  std::string reason;  // the rule's own words, else its name; may be empty
};

class Policy {
 public:
  // The built-in policy in force where no file is: root may use everything,
  // everybody else the accelerators of framework "soft" and no hardware: who
  // may use that is for the administrator to say (the policy knows nothing of
  // a device node's own mode). configs/policy.d/50-default.json says the same.
  [[nodiscard]] static std::shared_ptr<const Policy> Default();

  // One or more documents, merged in the order given (none: Default()). What
  // they say replaces Default() wholly. `users` is asked during the call only.
  // Errors: kInvalidArgument, every mistake with file name and JSON pointer;
  // kIo where the user database cannot be asked.
  using Source = PolicySource;
  [[nodiscard]] static Result<std::shared_ptr<const Policy>> Compile(
      const std::vector<Source>& sources,
      const UserDatabase& users = SystemUserDatabase());

  // Compiles `directory`/*.json in name order (policy/directory.h says which
  // files are read and which are refused). A directory that does not exist or
  // holds none gives Default().
  // Errors: kInvalidArgument, kPermissionDenied (owner or mode), kIo.
  [[nodiscard]] static Result<std::shared_ptr<const Policy>> LoadDirectory(
      const std::string& directory,
      const UserDatabase& users = SystemUserDatabase());

  // May `subject` use `device` for `function`? Deny wins over allow; where no
  // rule speaks, the default decides. Root may, unless a rule denies it by
  // its own name or number. An empty function asks whether the subject may
  // use (and so see) the device at all: for any of the functions it offers.
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
