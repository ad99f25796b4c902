// What one policy document says, as plain values: the form between the parser
// (which knows JSON) and the compiler (which knows users, names and what
// wins). Names are not looked up yet, and what is absent stays absent, so that
// documents can be merged. Every pointer begins with the file's name
// ("20-lab.json#/rules/0/users/1"). Pure values; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/units.h"
#include "policy/selector.h"
#include "policy/settings.h"

namespace acceld::policy {

enum class Effect { kDeny, kAllow };
enum class TaintEffect { kAvoid, kRefuse };

// A user or group as written: its name or its number.
struct Principal {
  std::variant<std::string, std::uint32_t> who;
  std::string pointer;
};

// A name or path, and where it is written.
struct Word {
  std::string text;
  std::string pointer;
};

// Who: whom any of the entries names.
struct SubjectTerms {
  std::vector<Principal> users;
  std::vector<Principal> groups;
  std::vector<Word> slices;
  std::vector<Word> namespaces;
  std::vector<Word> subjects;
  [[nodiscard]] bool empty() const {
    return users.empty() && groups.empty() && slices.empty() &&
           namespaces.empty() && subjects.empty();
  }
};

// Which devices: those of any of the classes for which all selectors hold.
struct DeviceTerms {
  std::vector<Word> classes;
  std::vector<Selector> devices;
  std::string pointer;  // of what has them
  [[nodiscard]] bool empty() const {
    return classes.empty() && devices.empty();
  }
};

struct ClassDocument {
  std::string pointer;
  std::string name;
  std::vector<Selector> devices;
};

struct SubjectDocument {
  std::string pointer;
  std::string name;
  SubjectTerms who;
};

// A rule speaks where each of its parts does; a part that is empty always
// does.
struct RuleDocument {
  std::string pointer;
  Effect effect = Effect::kDeny;
  std::string name;
  std::string reason;
  SubjectTerms who;
  DeviceTerms what;
  std::vector<std::string> functions;  // globs; any of them
  std::vector<Selector> request;       // over the stage that asks; all of them
};

// Of reserve: `who` is whom the devices are kept for; of a taint: who
// tolerates it.
struct ReserveDocument {
  std::string pointer;
  std::string name;
  std::string reason;
  SubjectTerms who;
  DeviceTerms what;
};
struct TaintDocument : ReserveDocument {
  TaintEffect effect = TaintEffect::kAvoid;
};

struct QuotaDocument {
  std::string pointer;
  std::string name;
  SubjectTerms who;
  bool per_user = true;
  std::optional<Word> device_class;
  QuotaBounds bounds;
};

struct ReleaseDocument {
  std::string pointer;
  DeviceTerms what;
  std::optional<bool> reset;
  std::optional<Nanoseconds> quarantine;
};

struct NamespaceDocument {
  std::string pointer;
  std::string name;
  SubjectTerms members;
  DeviceTerms what;
  std::optional<QuotaDocument> share;
  std::vector<NamespaceDocument> namespaces;  // parts of this one
};

struct ClassCostDocument {
  Word name;
  std::int64_t cost = 0;
};

struct ObjectiveDocument {
  std::string pointer;
  std::string name;
  std::optional<std::int64_t> latency_weight;
  std::optional<std::int64_t> transfer_weight;
  std::optional<std::int64_t> spread_weight;
  std::optional<std::int64_t> pack_weight;
  std::optional<std::int64_t> keep_whole_weight;
  std::optional<std::int64_t> power_weight;
  std::optional<std::int64_t> preferred_weight;
  std::optional<std::vector<std::string>> preferred_frameworks;
  std::optional<std::vector<ClassCostDocument>> class_costs;
};

struct LimitsDocument {
  std::optional<Nanoseconds> max_deadline;
  std::optional<std::int64_t> max_stages;
  std::optional<std::int64_t> max_leases_per_user;
  std::optional<std::int64_t> max_instances_per_user;
  std::optional<Bytes> max_buffer_bytes_per_user;
  std::optional<bool> one_shot_tickets;
  std::optional<Nanoseconds> max_linger;
};

struct DefaultsDocument {
  std::optional<Nanoseconds> deadline;
  std::optional<Sharing> sharing;
  std::optional<SvaNeed> sva;
  std::optional<BytesPerSecond> traffic;
};

struct PolicyDocument {
  std::string name;  // of the source
  std::optional<Effect> default_effect;
  std::vector<ClassDocument> classes;
  std::vector<SubjectDocument> subjects;
  std::vector<RuleDocument> rules;
  std::vector<ReserveDocument> reserve;
  std::vector<TaintDocument> taints;
  std::vector<QuotaDocument> quotas;
  std::vector<ReleaseDocument> release;
  std::vector<NamespaceDocument> namespaces;
  SubjectTerms administrators;  // users and groups
  std::vector<ObjectiveDocument> objectives;
  LimitsDocument limits;
  DefaultsDocument defaults;
  std::optional<bool> revoke_forbidden;
};

}  // namespace acceld::policy
