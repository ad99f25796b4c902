#include "policy/who_compiler.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "base/utf8.h"

namespace acceld::policy {
namespace {

// Adds the number of a user or group to `ids`. `find` asks for a name, once
// for each.
template <typename Id, typename Find>
Status AddPrincipal(const Principal& principal, std::string_view kind,
                    std::map<std::string, std::optional<Id>>& known, Find find,
                    Complaints& complaints, std::vector<Id>& ids) {
  if (const auto* number = std::get_if<std::uint32_t>(&principal.who)) {
    ids.push_back(*number);
    return {};
  }
  const std::string& name = *std::get_if<std::string>(&principal.who);
  auto entry = known.find(name);
  if (entry == known.end()) {
    ACCELD_TRY(const std::optional<Id> id, find(name));
    entry = known.emplace(name, id).first;
  }
  if (entry->second) {
    ids.push_back(*entry->second);
  } else {
    complaints.Add(principal.pointer, std::string("no such ").append(kind) +
                                          ": '" + Printable(name, 64) + "'");
  }
  return {};
}

}  // namespace

void WhoCompiler::AddSubject(const SubjectDocument& subject) {
  if (subjects_.Add(subject.name, subject.pointer, named_.size())) {
    named_.push_back({subject, State::kUnresolved, {}});
  }
}

void WhoCompiler::AddNamespace(const std::string& name,
                               const std::string& pointer,
                               std::vector<std::size_t> parts) {
  if (spaces_.Add(name, pointer, parts_.size())) {
    parts_.push_back(std::move(parts));
  }
}

Status WhoCompiler::ResolveSubjects() {
  for (std::size_t i = 0; i < named_.size(); ++i) ACCELD_TRY_VOID(Resolve(i));
  return {};
}

Status WhoCompiler::Resolve(std::size_t subject) {
  if (named_[subject].state == State::kDone) return {};
  named_[subject].state = State::kResolving;
  ACCELD_TRY(Who who, Compile(named_[subject].document.who));
  named_[subject].who = std::move(who);
  named_[subject].state = State::kDone;
  return {};
}

Result<Who> WhoCompiler::Compile(const SubjectTerms& terms) {
  Who who;
  ACCELD_TRY_VOID(AddUsers(terms.users, who));
  ACCELD_TRY_VOID(AddGroups(terms.groups, who));
  for (const Word& slice : terms.slices) who.slices.push_back(slice.text);
  for (const Word& word : terms.namespaces) {
    if (const auto index = spaces_.Use(word)) {
      const auto& parts = parts_[*index];
      who.spaces.insert(who.spaces.end(), parts.begin(), parts.end());
    }
  }
  for (const Word& word : terms.subjects) {
    const auto index = subjects_.Use(word);
    if (!index) continue;
    if (named_[*index].state == State::kResolving) {
      complaints_.Add(word.pointer,
                      "the subject '" + word.text + "' is a part of itself");
      continue;
    }
    ACCELD_TRY_VOID(Resolve(*index));
    who.Add(named_[*index].who);
  }
  who.Sort();
  return who;
}

Result<Who> WhoCompiler::CompileOrAll(const SubjectTerms& terms) {
  if (!terms.empty()) return Compile(terms);
  Who who;
  who.everybody = true;
  return who;
}

Status WhoCompiler::AddUsers(const std::vector<Principal>& users, Who& who) {
  for (const Principal& user : users) {
    ACCELD_TRY_VOID(AddPrincipal(
        user, "user", known_users_,
        [&](const std::string& name) { return users_.FindUser(name); },
        complaints_, who.users));
  }
  return {};
}

Status WhoCompiler::AddGroups(const std::vector<Principal>& groups, Who& who) {
  for (const Principal& group : groups) {
    ACCELD_TRY_VOID(AddPrincipal(
        group, "group", known_groups_,
        [&](const std::string& name) { return users_.FindGroup(name); },
        complaints_, who.groups));
  }
  return {};
}

}  // namespace acceld::policy
