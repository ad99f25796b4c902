#include "policy/parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "api/functions.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/utf8.h"
#include "policy/namespace_reader.h"
#include "policy/selector_reader.h"
#include "policy/settings_reader.h"
#include "policy/terms_reader.h"

namespace acceld::policy {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMaxGlobBytes = 256;

std::optional<Effect> ReadEffect(ObjectReader& reader, std::string_view key) {
  return ReadChoice<Effect>(
      reader, key, {{"allow", Effect::kAllow}, {"deny", Effect::kDeny}});
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
  rule.who = ReadSubjectTerms(reader);
  rule.what = ReadDeviceTerms(reader);
  rule.functions = ReadFunctions(reader);
  RefuseEmpty(reader, "request");
  rule.request = ParseSelectors(reader, "request");
  reader.RefuseUnknownKeys();
  return rule;
}

// What reserve and taints have in common.
void ReadKept(ObjectReader& reader, ReserveDocument& kept) {
  kept.pointer = reader.pointer();
  kept.name = ReadText(reader, "name");
  kept.reason = ReadText(reader, "reason");
  kept.who = ReadSubjectTerms(reader);
  kept.what = ReadDeviceTerms(reader);
}

ReserveDocument ReadReserve(const Document& document,
                            const std::string& pointer,
                            Complaints& complaints) {
  ReserveDocument reserve;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return reserve;
  ReadKept(reader, reserve);
  if (IsSilent(reader,
               {"users", "groups", "slices", "namespaces", "subjects"})) {
    reader.ComplainHere(
        "keeps devices for nobody; say for whom (users, groups, slices, "
        "namespaces, subjects), or taint them with effect \"refuse\"");
  }
  return reserve;
}

TaintDocument ReadTaint(const Document& document, const std::string& pointer,
                        Complaints& complaints) {
  TaintDocument taint;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return taint;
  ReadKept(reader, taint);
  if (reader.Find("effect") == nullptr) {
    reader.Complain("effect", "is required");
  }
  taint.effect = ReadChoice<TaintEffect>(reader, "effect",
                                         {{"avoid", TaintEffect::kAvoid},
                                          {"refuse", TaintEffect::kRefuse}})
                     .value_or(TaintEffect::kRefuse);
  reader.RefuseUnknownKeys();
  return taint;
}

ReleaseDocument ReadRelease(const Document& document,
                            const std::string& pointer,
                            Complaints& complaints) {
  ReleaseDocument release;
  release.pointer = pointer;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return release;
  release.what = ReadDeviceTerms(reader);
  release.reset = reader.Bool("reset");
  release.quarantine = reader.Parsed("quarantine", ParseNanoseconds);
  reader.RefuseUnknownKeys();
  return release;
}

ClassDocument ReadClass(const std::string& name, const Document& document,
                        const std::string& pointer, Complaints& complaints) {
  ClassDocument read{pointer, name, {}};
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return read;
  (void)ReadText(reader, "description");
  if (reader.Find("devices") == nullptr) {
    reader.Complain("devices", "is required");
  }
  RefuseEmpty(reader, "devices");
  read.devices = ParseSelectors(reader, "devices");
  reader.RefuseUnknownKeys();
  return read;
}

SubjectDocument ReadSubject(const std::string& name, const Document& document,
                            const std::string& pointer,
                            Complaints& complaints) {
  SubjectDocument subject{pointer, name, {}};
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return subject;
  (void)ReadText(reader, "description");
  subject.who = ReadSubjectTerms(reader);
  if (IsSilent(reader,
               {"users", "groups", "slices", "namespaces", "subjects"})) {
    reader.ComplainHere(
        "names nobody; give users, groups, slices, namespaces "
        "or subjects");
  }
  return subject;
}

SubjectTerms ReadAdministrators(ObjectReader& parent) {
  SubjectTerms who;
  const Document* document = parent.Find("administrators");
  if (document == nullptr) return who;
  ObjectReader reader(*document, parent.PointerOf("administrators"),
                      parent.complaints());
  who.users = ReadPrincipals(reader, "users");
  who.groups = ReadPrincipals(reader, "groups");
  reader.RefuseUnknownKeys();
  return who;
}

void ReadVersion(ObjectReader& reader) {
  if (reader.Find("version") == nullptr) {
    reader.Complain("version", "is required");
    return;
  }
  (void)reader.Integer("version", kVersion, kVersion);
}

// Each element of the list under `key`, read by `read`.
template <typename T>
std::vector<T> ReadList(ObjectReader& reader, std::string_view key,
                        T (*read)(const Document&, const std::string&,
                                  Complaints&)) {
  std::vector<T> list;
  ForEachElement(reader, key,
                 [&](const Document& document, const std::string& pointer) {
                   list.push_back(read(document, pointer, reader.complaints()));
                 });
  return list;
}

template <typename T>
std::vector<T> ReadNamed(ObjectReader& reader, std::string_view key,
                         T (*read)(const std::string&, const Document&,
                                   const std::string&, Complaints&)) {
  std::vector<T> all;
  ForEachMember(
      reader, key,
      [&](const std::string& name, const Document& document,
          const std::string& pointer) {
        all.push_back(read(name, document, pointer, reader.complaints()));
      });
  return all;
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
  policy.classes = ReadNamed(reader, "classes", &ReadClass);
  policy.subjects = ReadNamed(reader, "subjects", &ReadSubject);
  policy.rules = ReadList(reader, "rules", &ReadRule);
  policy.reserve = ReadList(reader, "reserve", &ReadReserve);
  policy.taints = ReadList(reader, "taints", &ReadTaint);
  policy.quotas = ReadQuotas(reader);
  policy.release = ReadList(reader, "release", &ReadRelease);
  policy.namespaces = ReadNamespaces(reader);
  policy.administrators = ReadAdministrators(reader);
  policy.objectives = ReadObjectives(reader);
  policy.limits = ReadLimits(reader);
  policy.defaults = ReadDefaults(reader);
  policy.revoke_forbidden = ReadRevokeForbidden(reader);
  reader.RefuseUnknownKeys();
  return policy;
}

}  // namespace acceld::policy
