// What one policy document says, as plain values: the form between the parser
// (which knows JSON) and the compiler (which knows users and what wins).
// Names of users are not looked up yet, and what is absent stays absent, so
// that documents can be merged. Pure values; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/units.h"
#include "policy/selector.h"

namespace acceld::policy {

enum class Effect { kDeny, kAllow };

// A user or group as written: its name or its number.
struct Principal {
  std::variant<std::string, std::uint32_t> who;
  std::string pointer;  // "20-lab.json#/rules/0/users/1"
};

struct PrincipalLists {
  std::vector<Principal> users;
  std::vector<Principal> groups;
};

// A rule speaks where each of its parts does; a part that is empty always
// does. `who` speaks for a subject that any of its entries names.
struct RuleDocument {
  std::string pointer;  // "20-lab.json#/rules/0"
  Effect effect = Effect::kDeny;
  std::string name;
  std::string reason;
  PrincipalLists who;
  std::vector<std::string> functions;  // globs; any of them
  std::vector<Selector> devices;       // all of them
};

struct ObjectiveDocument {
  std::optional<std::int64_t> latency_weight;
  std::optional<std::int64_t> transfer_weight;
  std::optional<std::int64_t> spread_weight;
  std::optional<std::int64_t> pack_weight;
  std::optional<std::int64_t> keep_whole_weight;
  std::optional<std::int64_t> preferred_weight;
  std::optional<std::vector<std::string>> preferred_frameworks;
};

struct LimitsDocument {
  std::optional<Nanoseconds> default_deadline;
  std::optional<Nanoseconds> max_deadline;
  std::optional<std::int64_t> max_stages;
  std::optional<std::int64_t> max_leases_per_user;
  std::optional<std::int64_t> max_instances_per_user;
  std::optional<Bytes> max_buffer_bytes_per_user;
  std::optional<bool> one_shot_tickets;
};

struct PolicyDocument {
  std::string name;  // of the source
  std::optional<Effect> default_effect;
  std::vector<RuleDocument> rules;
  PrincipalLists administrators;
  ObjectiveDocument objective;
  LimitsDocument limits;
};

}  // namespace acceld::policy
