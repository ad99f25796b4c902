#include "policy/settings_reader.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "policy/terms_reader.h"

namespace acceld::policy {
namespace {

// Weights beyond this only make every cost saturate.
constexpr std::int64_t kMaxWeight = 1'000'000;
// What a request may be at most whatever the policy says (docs/pipeline.md).
constexpr std::int64_t kMostStages = 64;
constexpr std::int64_t kMostLeases = 65'536;
constexpr std::int64_t kMostInstances = 1'048'576;
constexpr Nanoseconds kLongestDeadline{60'000'000'000};
constexpr Nanoseconds kMinute{60'000'000'000};
constexpr Nanoseconds kLongestLinger{86'400'000'000'000};  // a day

// At most a minute: of deadlines, and of solver time in a minute.
std::optional<Nanoseconds> ReadTime(ObjectReader& reader, std::string_view key,
                                    Nanoseconds longest) {
  const auto time = reader.Parsed(key, ParseNanoseconds);
  if (time && (*time <= Nanoseconds() || *time > longest)) {
    reader.Complain(
        key, "must be more than 0ns and at most " + acceld::ToString(longest));
    return std::nullopt;
  }
  return time;
}

// 0ns: no lease lingers.
std::optional<Nanoseconds> ReadLinger(ObjectReader& reader) {
  const auto time = reader.Parsed("max_linger", ParseNanoseconds);
  if (!time || *time <= kLongestLinger) return time;
  reader.Complain("max_linger",
                  "must be at most " + acceld::ToString(kLongestLinger));
  return std::nullopt;
}

std::vector<ClassCostDocument> ReadClassCosts(ObjectReader& reader) {
  std::vector<ClassCostDocument> costs;
  const Document* document = reader.Find("class_costs");
  if (document == nullptr) return costs;
  const std::string pointer = reader.PointerOf("class_costs");
  ObjectReader members(*document, pointer, reader.complaints());
  if (document->AsObject() == nullptr) return costs;
  for (const auto& [name, value] : *document->AsObject()) {
    if (const auto cost = members.Integer(name, 0, kMaxWeight)) {
      costs.push_back({{name, PointerTo(pointer, name)}, *cost});
    }
  }
  return costs;
}

ObjectiveDocument ReadObjective(const std::string& name,
                                const Document& document,
                                const std::string& pointer,
                                Complaints& complaints) {
  ObjectiveDocument objective;
  objective.name = name;
  objective.pointer = pointer;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return objective;
  const auto weight = [&](std::string_view key) {
    return reader.Integer(key, 0, kMaxWeight);
  };
  objective.latency_weight = weight("latency_weight");
  objective.transfer_weight = weight("transfer_weight");
  objective.spread_weight = weight("spread_weight");
  objective.pack_weight = weight("pack_weight");
  objective.keep_whole_weight = weight("keep_whole_weight");
  objective.power_weight = weight("power_weight");
  objective.preferred_weight = weight("preferred_weight");
  if (reader.Find("preferred_frameworks") != nullptr) {
    objective.preferred_frameworks = reader.Strings("preferred_frameworks");
  }
  if (reader.Find("class_costs") != nullptr) {
    objective.class_costs = ReadClassCosts(reader);
  }
  (void)ReadText(reader, "description");
  reader.RefuseUnknownKeys();
  return objective;
}

// Call it last: refuses what nobody asked for.
QuotaBounds ReadBounds(ObjectReader& reader) {
  QuotaBounds bounds;
  bounds.devices = reader.Integer("devices", 0, kMostInstances);
  bounds.instances = reader.Integer("instances", 0, kMostInstances);
  bounds.pasids = reader.Integer("pasids", 0, kMostInstances);
  bounds.memory = reader.Parsed("memory", ParseBytes);
  bounds.buffers = reader.Parsed("buffers", ParseBytes);
  bounds.leases = reader.Integer("leases", 0, kMostLeases);
  bounds.solver_time = ReadTime(reader, "solver_time", kMinute);
  if (IsSilent(reader, {"devices", "instances", "pasids", "memory", "buffers",
                        "leases", "solver_time"})) {
    reader.ComplainHere(
        "bounds nothing; give devices, instances, pasids, memory, buffers, "
        "leases or solver_time");
  }
  return bounds;
}

std::optional<Word> ReadClass(ObjectReader& reader) {
  auto name = reader.String("class");
  if (!name) return std::nullopt;
  if (!IsName(*name)) {
    reader.Complain("class", "must be the name of a class");
    return std::nullopt;
  }
  return Word{*std::move(name), reader.PointerOf("class")};
}

QuotaDocument ReadQuota(const Document& document, const std::string& pointer,
                        Complaints& complaints) {
  QuotaDocument quota;
  quota.pointer = pointer;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return quota;
  quota.name = ReadText(reader, "name");
  quota.who = ReadSubjectTerms(reader);
  quota.per_user =
      ReadChoice<bool>(reader, "per", {{"user", true}, {"all", false}})
          .value_or(true);
  quota.device_class = ReadClass(reader);
  quota.bounds = ReadBounds(reader);
  return quota;
}

}  // namespace

std::vector<ObjectiveDocument> ReadObjectives(ObjectReader& reader) {
  std::vector<ObjectiveDocument> objectives;
  ForEachMember(reader, "objectives",
                [&](const std::string& name, const Document& document,
                    const std::string& pointer) {
                  objectives.push_back(ReadObjective(name, document, pointer,
                                                     reader.complaints()));
                });
  return objectives;
}

LimitsDocument ReadLimits(ObjectReader& parent) {
  LimitsDocument limits;
  const Document* document = parent.Find("limits");
  if (document == nullptr) return limits;
  ObjectReader reader(*document, parent.PointerOf("limits"),
                      parent.complaints());
  limits.max_deadline = ReadTime(reader, "max_deadline", kLongestDeadline);
  limits.max_stages = reader.Integer("max_stages", 1, kMostStages);
  limits.max_leases_per_user =
      reader.Integer("max_leases_per_user", 0, kMostLeases);
  limits.max_instances_per_user =
      reader.Integer("max_instances_per_user", 0, kMostInstances);
  limits.max_buffer_bytes_per_user =
      reader.Parsed("max_buffer_bytes_per_user", ParseBytes);
  limits.max_linger = ReadLinger(reader);
  limits.one_shot_tickets = ReadChoice<bool>(
      reader, "tickets", {{"reusable", false}, {"one-shot", true}});
  reader.RefuseUnknownKeys();
  return limits;
}

DefaultsDocument ReadDefaults(ObjectReader& parent) {
  DefaultsDocument defaults;
  const Document* document = parent.Find("defaults");
  if (document == nullptr) return defaults;
  ObjectReader reader(*document, parent.PointerOf("defaults"),
                      parent.complaints());
  defaults.deadline = ReadTime(reader, "deadline", kLongestDeadline);
  defaults.sharing = ReadChoice<Sharing>(
      reader, "sharing",
      {{"shared", Sharing::kShared}, {"exclusive", Sharing::kExclusive}});
  defaults.sva = ReadChoice<SvaNeed>(reader, "sva",
                                     {{"any", SvaNeed::kAny},
                                      {"preferred", SvaNeed::kPreferred},
                                      {"required", SvaNeed::kRequired}});
  defaults.traffic = reader.Parsed("traffic", ParseBytesPerSecond);
  if (defaults.traffic && defaults.traffic->value() == 0) {
    reader.Complain("traffic", "must be more than 0");
  }
  reader.RefuseUnknownKeys();
  return defaults;
}

std::optional<bool> ReadRevokeForbidden(ObjectReader& parent) {
  const Document* document = parent.Find("reload");
  if (document == nullptr) return std::nullopt;
  ObjectReader reader(*document, parent.PointerOf("reload"),
                      parent.complaints());
  const auto revoke = reader.Bool("revoke_forbidden");
  reader.RefuseUnknownKeys();
  return revoke;
}

std::vector<QuotaDocument> ReadQuotas(ObjectReader& reader) {
  std::vector<QuotaDocument> quotas;
  ForEachElement(
      reader, "quotas",
      [&](const Document& document, const std::string& pointer) {
        quotas.push_back(ReadQuota(document, pointer, reader.complaints()));
      });
  return quotas;
}

QuotaDocument ReadShare(const Document& document, const std::string& pointer,
                        Complaints& complaints) {
  QuotaDocument share;
  share.pointer = pointer;
  share.per_user = false;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return share;
  share.device_class = ReadClass(reader);
  share.bounds = ReadBounds(reader);
  return share;
}

}  // namespace acceld::policy
