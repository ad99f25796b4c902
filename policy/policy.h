// Policy: who may use which device for which function, how much of it, and
// what "best" means. Compiled once from /etc/acceld/policy.d/*.json
// (docs/policy.md) and never changed; a reload makes a new one. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/result.h"
#include "policy/diagnostic.h"
#include "policy/marks.h"
#include "policy/settings.h"
#include "policy/source.h"
#include "policy/subject.h"
#include "policy/user_database.h"
#include "policy/verdict.h"

namespace acceld::policy {

class Policy;

// What became of some files.
struct CheckedPolicy {
  std::shared_ptr<const Policy> policy;  // null where there are errors
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;  // and notes; none where there are errors
};

// What is asked for: a function, by a stage of a request.
struct Use {
  // Empty: any of the functions that the device offers.
  std::string_view function;
  // The attributes of RequestAttributes(). Null: whatever the request; rules
  // that allow under a condition speak then, rules that deny under one do not.
  const AttributeView* stage = nullptr;
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
  // Errors: kIo where the user database cannot be asked.
  using Source = PolicySource;
  [[nodiscard]] static Result<CheckedPolicy> Check(
      const std::vector<Source>& sources,
      const UserDatabase& users = SystemUserDatabase());
  // The same. Errors: kInvalidArgument, every mistake with file, line and JSON
  // pointer; kIo.
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

  // Make these once and ask often: a question about marks allocates nothing.
  // Complexity: O(rules), and the selectors about devices.
  [[nodiscard]] SubjectMarks Mark(const Subject& subject) const;
  [[nodiscard]] DeviceMarks Mark(const AttributeView& device) const;

  // May the subject use the device so? Its namespace decides first, then what
  // is reserved, then rules that deny, rules that allow, the default. Root
  // may, unless a rule denies it by its own name or number.
  [[nodiscard]] Verdict Decide(const SubjectMarks& subject,
                               const DeviceMarks& device, const Use& use) const;
  // For one question alone.
  [[nodiscard]] Verdict Decide(const Subject& subject,
                               const AttributeView& device,
                               std::string_view function) const;

  // The taint that weighs most, if any keeps the subject from the device: one
  // that refuses before one that avoids, the first of equals. Binds root too,
  // unless it tolerates it by name.
  [[nodiscard]] std::optional<TaintVerdict> TaintOf(
      const SubjectMarks& subject, const DeviceMarks& device) const;

  // The namespace that the subject is in, and whether the device is part of
  // what that namespace sees. Root and administrators see all.
  [[nodiscard]] std::string_view NamespaceOf(const SubjectMarks& subject) const;
  [[nodiscard]] bool Sees(const SubjectMarks& subject,
                          const DeviceMarks& device) const;
  // Whether two subjects' leases and names exist for each other: `asker` sees
  // all, or `owner` is in its namespace or in a part of it.
  [[nodiscard]] bool Sees(const SubjectMarks& asker,
                          const SubjectMarks& owner) const;

  // All quotas that bind the subject, shares of namespaces included; each of
  // them must hold. Root is bound where a quota names it, or everybody.
  [[nodiscard]] std::vector<AppliedQuota> QuotasOf(
      const Subject& subject) const;
  // Whether use of the device is charged to the quota.
  [[nodiscard]] bool Counts(const AppliedQuota& quota,
                            const DeviceMarks& device) const;

  // Null where there is no objective of that name; "default" there always is.
  [[nodiscard]] const Objective* ObjectiveFor(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> ObjectiveNames() const;  // sorted
  // The objective "default".
  [[nodiscard]] const Objective& objective() const;
  [[nodiscard]] const Limits& limits() const;
  [[nodiscard]] const Defaults& defaults() const;
  // Of the entries that speak of the device, the last that has a key decides.
  [[nodiscard]] ReleaseTerms ReleaseOf(const DeviceMarks& device) const;
  // Whether a reload revokes the leases that the new policy forbids.
  [[nodiscard]] bool RevokesForbidden() const;
  // May `subject` see every lease, rescan and reload? (root always may)
  [[nodiscard]] bool IsAdministrator(const Subject& subject) const;

  // Everything that Decide() and TaintOf() consider, in that order, and why it
  // speaks or not.
  [[nodiscard]] std::vector<Consideration> Explain(const Subject& subject,
                                                   const AttributeView& device,
                                                   const Use& use) const;

  // "default", or the names of the files in force.
  [[nodiscard]] const std::string& origin() const;
  // What Check() had to say, without errors.
  [[nodiscard]] const std::vector<Diagnostic>& warnings() const;

  ~Policy();
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

 private:
  Policy(CompiledPolicy compiled, std::vector<Diagnostic> warnings);

  const CompiledPolicy compiled_;
  const std::vector<Diagnostic> warnings_;
};

}  // namespace acceld::policy
