#include "policy/parser.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "api/functions.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/utf8.h"
#include "policy/selector_reader.h"

namespace acceld::policy {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMaxTextBytes = 1024;  // of names and reasons
constexpr std::size_t kMaxGlobBytes = 256;
// uid_t and gid_t are 32 bits wide; the highest number means "no change" to
// the kernel and is nobody's.
constexpr std::int64_t kMaxId = std::numeric_limits<std::uint32_t>::max() - 1LL;
// Weights beyond this only make every cost saturate.
constexpr std::int64_t kMaxWeight = 1'000'000;
// What a request may be at most whatever the policy says (docs/pipeline.md).
constexpr std::int64_t kMostStages = 64;
constexpr std::int64_t kMostLeases = 65'536;
constexpr std::int64_t kMostInstances = 1'048'576;
constexpr Nanoseconds kLongestDeadline{60'000'000'000};

std::optional<Effect> ReadEffect(ObjectReader& reader, std::string_view key) {
  const auto text = reader.String(key);
  if (!text) return std::nullopt;
  if (*text == "allow") return Effect::kAllow;
  if (*text == "deny") return Effect::kDeny;
  reader.Complain(key, "must be \"allow\" or \"deny\"");
  return std::nullopt;
}

std::string ReadText(ObjectReader& reader, std::string_view key) {
  auto text = reader.String(key);
  if (!text) return {};
  if (text->size() > kMaxTextBytes) {
    reader.Complain(key,
                    "longer than " + std::to_string(kMaxTextBytes) + " bytes");
  }
  return Printable(*text, kMaxTextBytes);
}

// An empty list would read as "nobody" to one person and as "everybody" to
// the next; whoever means everybody leaves the key out.
void RefuseEmpty(ObjectReader& reader, std::string_view key) {
  const Document* value = reader.Find(key);
  const Document::Array* list = value == nullptr ? nullptr : value->AsArray();
  if (list != nullptr && list->empty()) {
    reader.Complain(key, "must not be empty; leave it out to mean all");
  }
}

std::vector<Principal> ReadPrincipals(ObjectReader& reader,
                                      std::string_view key) {
  std::vector<Principal> principals;
  const Document::Array* list = reader.Array(key);
  if (list == nullptr) return principals;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Document& element = (*list)[i];
    std::string pointer = PointerTo(reader.PointerOf(key), i);
    const std::string* name = element.AsString();
    const std::int64_t* number = element.AsInteger();
    if (name != nullptr && !name->empty()) {
      principals.push_back({*name, std::move(pointer)});
    } else if (number != nullptr && *number >= 0 && *number <= kMaxId) {
      principals.push_back(
          {static_cast<std::uint32_t>(*number), std::move(pointer)});
    } else {
      reader.complaints().Add(
          std::move(pointer),
          "must be a name or a number from 0 to " + std::to_string(kMaxId));
    }
  }
  return principals;
}

// A deny rule with a misspelt function would protect nothing.
bool NamesAnyFunction(const std::string& glob) {
  constexpr std::string_view kFpga = "fpga/";  // an open family
  if (glob.starts_with(kFpga) || MatchesGlob(glob, "fpga/any")) return true;
  const auto all = api::Functions();
  return std::any_of(all.begin(), all.end(), [&](const api::Function& known) {
    return MatchesGlob(glob, known.name);
  });
}

std::vector<std::string> ReadFunctions(ObjectReader& reader) {
  RefuseEmpty(reader, "functions");
  std::vector<std::string> globs = reader.Strings("functions");
  for (const std::string& glob : globs) {
    if (glob.empty() || glob.size() > kMaxGlobBytes) {
      reader.Complain(
          "functions",
          "a glob must have 1 to " + std::to_string(kMaxGlobBytes) + " bytes");
    } else if (!NamesAnyFunction(glob)) {
      reader.Complain("functions", "no function is called '" +
                                       Printable(glob, 64) +
                                       "' (docs/functions.md lists them)");
    }
  }
  return globs;
}

RuleDocument ReadRule(const Document& document, const std::string& pointer,
                      Complaints& complaints) {
  RuleDocument rule;
  rule.pointer = pointer;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return rule;
  if (reader.Find("effect") == nullptr) {
    reader.Complain("effect", "is required");
  }
  rule.effect = ReadEffect(reader, "effect").value_or(Effect::kDeny);
  rule.name = ReadText(reader, "name");
  rule.reason = ReadText(reader, "reason");
  RefuseEmpty(reader, "users");
  rule.who.users = ReadPrincipals(reader, "users");
  RefuseEmpty(reader, "groups");
  rule.who.groups = ReadPrincipals(reader, "groups");
  rule.functions = ReadFunctions(reader);
  RefuseEmpty(reader, "devices");
  rule.devices = ParseSelectors(reader, "devices");
  reader.RefuseUnknownKeys();
  return rule;
}

PrincipalLists ReadAdministrators(ObjectReader& parent) {
  PrincipalLists lists;
  const Document* document = parent.Find("administrators");
  if (document == nullptr) return lists;
  ObjectReader reader(*document, parent.PointerOf("administrators"),
                      parent.complaints());
  lists.users = ReadPrincipals(reader, "users");
  lists.groups = ReadPrincipals(reader, "groups");
  reader.RefuseUnknownKeys();
  return lists;
}

ObjectiveDocument ReadObjective(ObjectReader& parent) {
  ObjectiveDocument objective;
  const Document* document = parent.Find("objective");
  if (document == nullptr) return objective;
  ObjectReader reader(*document, parent.PointerOf("objective"),
                      parent.complaints());
  const auto weight = [&](std::string_view key) {
    return reader.Integer(key, 0, kMaxWeight);
  };
  objective.latency_weight = weight("latency_weight");
  objective.transfer_weight = weight("transfer_weight");
  objective.spread_weight = weight("spread_weight");
  objective.pack_weight = weight("pack_weight");
  objective.keep_whole_weight = weight("keep_whole_weight");
  objective.preferred_weight = weight("preferred_weight");
  if (reader.Find("preferred_frameworks") != nullptr) {
    objective.preferred_frameworks = reader.Strings("preferred_frameworks");
  }
  reader.RefuseUnknownKeys();
  return objective;
}

std::optional<Nanoseconds> ReadDeadline(ObjectReader& reader,
                                        std::string_view key) {
  const auto deadline = reader.Parsed(key, ParseNanoseconds);
  if (deadline &&
      (*deadline <= Nanoseconds() || *deadline > kLongestDeadline)) {
    reader.Complain(
        key, "must be more than 0ns and at most " + ToString(kLongestDeadline));
    return std::nullopt;
  }
  return deadline;
}

std::optional<bool> ReadTickets(ObjectReader& reader) {
  const auto text = reader.String("tickets");
  if (!text) return std::nullopt;
  if (*text == "reusable") return false;
  if (*text == "one-shot") return true;
  reader.Complain("tickets", "must be \"reusable\" or \"one-shot\"");
  return std::nullopt;
}

LimitsDocument ReadLimits(ObjectReader& parent) {
  LimitsDocument limits;
  const Document* document = parent.Find("limits");
  if (document == nullptr) return limits;
  ObjectReader reader(*document, parent.PointerOf("limits"),
                      parent.complaints());
  limits.default_deadline = ReadDeadline(reader, "default_deadline");
  limits.max_deadline = ReadDeadline(reader, "max_deadline");
  limits.max_stages = reader.Integer("max_stages", 1, kMostStages);
  limits.max_leases_per_user =
      reader.Integer("max_leases_per_user", 0, kMostLeases);
  limits.max_instances_per_user =
      reader.Integer("max_instances_per_user", 0, kMostInstances);
  limits.max_buffer_bytes_per_user =
      reader.Parsed("max_buffer_bytes_per_user", ParseBytes);
  limits.one_shot_tickets = ReadTickets(reader);
  reader.RefuseUnknownKeys();
  return limits;
}

void ReadVersion(ObjectReader& reader) {
  if (reader.Find("version") == nullptr) {
    reader.Complain("version", "is required");
    return;
  }
  (void)reader.Integer("version", kVersion, kVersion);
}

}  // namespace

PolicyDocument ParsePolicy(const PolicySource& source, Complaints& complaints) {
  PolicyDocument policy;
  policy.name = Printable(source.name);
  const std::string root = policy.name + "#";
  const auto document = ParseJson(source.text);
  if (!document) {
    complaints.Add(root, document.error().message);
    return policy;
  }
  ObjectReader reader(*document, root, complaints);
  if (document->AsObject() == nullptr) return policy;
  ReadVersion(reader);
  (void)reader.String("$schema");      // for editors
  (void)reader.String("description");  // for people
  policy.default_effect = ReadEffect(reader, "default");
  if (const Document::Array* rules = reader.Array("rules")) {
    for (std::size_t i = 0; i < rules->size(); ++i) {
      policy.rules.push_back(ReadRule(
          (*rules)[i], PointerTo(reader.PointerOf("rules"), i), complaints));
    }
  }
  policy.administrators = ReadAdministrators(reader);
  policy.objective = ReadObjective(reader);
  policy.limits = ReadLimits(reader);
  reader.RefuseUnknownKeys();
  return policy;
}

}  // namespace acceld::policy
