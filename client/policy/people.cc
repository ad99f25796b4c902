#include "client/policy/people.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/sys_root.h"
#include "client/policy/text_file.h"

namespace acceld::policy_tool {
namespace {

class SystemPeople final : public People {
 public:
  [[nodiscard]] Result<std::optional<uid_t>> FindUser(
      const std::string& name) const override {
    return system_.FindUser(name);
  }
  [[nodiscard]] Result<std::optional<gid_t>> FindGroup(
      const std::string& name) const override {
    return system_.FindGroup(name);
  }
  [[nodiscard]] Result<std::vector<gid_t>> GroupsOf(
      const std::string& user) const override {
    // One thread only, so the static entry is safe.
    const passwd* entry = ::getpwnam(user.c_str());  // NOLINT
    if (entry == nullptr) return std::vector<gid_t>();
    const gid_t primary = entry->pw_gid;
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (::getgrouplist(user.c_str(), primary, groups.data(), &count) < 0) {
      if (count <= static_cast<int>(groups.size())) count *= 2;
      groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
  }

 private:
  policy::SystemUserDatabase system_;
};

class InventedPeople final : public People {
 public:
  [[nodiscard]] Result<std::optional<uid_t>> FindUser(
      const std::string& name) const override {
    return NumberOf(users_, name);
  }
  [[nodiscard]] Result<std::optional<gid_t>> FindGroup(
      const std::string& name) const override {
    return NumberOf(groups_, name);
  }
  [[nodiscard]] Result<std::vector<gid_t>> GroupsOf(
      const std::string&) const override {
    return std::vector<gid_t>();
  }

 private:
  using Numbers = std::map<std::string, std::uint32_t>;
  static std::optional<std::uint32_t> NumberOf(Numbers& numbers,
                                               const std::string& name) {
    // Above what distributions and directories give out, so that a number in
    // a policy is nobody's invented one.
    constexpr std::uint32_t kFirst = 3'000'000'000;
    const auto next = kFirst + static_cast<std::uint32_t>(numbers.size());
    return numbers.try_emplace(name, next).first->second;
  }

  mutable Numbers users_{{"root", 0}};
  mutable Numbers groups_{{"root", 0}};
};

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> Number(const std::string& text) {
  const auto number = ParseInteger(text);
  if (!number || *number < 0 || *number >= UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

class ListedPeople final : public People {
 public:
  // Whether it was a line of passwd or group, or an empty one.
  bool Add(const std::string& line) {
    if (line.empty() || line.front() == '#') return true;
    const std::vector<std::string> cells = Split(line, ':');
    if (cells.size() == 7) return AddUser(cells);
    return cells.size() == 4 && AddGroup(cells);
  }

  [[nodiscard]] Result<std::optional<uid_t>> FindUser(
      const std::string& name) const override {
    return Find(users_, name);
  }
  [[nodiscard]] Result<std::optional<gid_t>> FindGroup(
      const std::string& name) const override {
    return Find(groups_, name);
  }
  [[nodiscard]] Result<std::vector<gid_t>> GroupsOf(
      const std::string& user) const override {
    const auto found = memberships_.find(user);
    return found == memberships_.end() ? std::vector<gid_t>() : found->second;
  }

 private:
  using Numbers = std::map<std::string, std::uint32_t>;
  static std::optional<std::uint32_t> Find(const Numbers& numbers,
                                           const std::string& name) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
  }
  bool AddUser(const std::vector<std::string>& cells) {
    const auto uid = Number(cells[2]);
    const auto gid = Number(cells[3]);
    if (!uid || !gid) return false;
    users_.try_emplace(cells[0], *uid);
    memberships_[cells[0]].push_back(*gid);
    return true;
  }
  bool AddGroup(const std::vector<std::string>& cells) {
    const auto gid = Number(cells[2]);
    if (!gid) return false;
    groups_.try_emplace(cells[0], *gid);
    for (const std::string& member : Split(cells[3], ',')) {
      if (!member.empty()) memberships_[member].push_back(*gid);
    }
    return true;
  }

  Numbers users_;
  Numbers groups_;
  std::map<std::string, std::vector<gid_t>> memberships_;
};

}  // namespace

std::unique_ptr<People> InventPeople() {
  return std::make_unique<InventedPeople>();
}

Result<std::unique_ptr<People>> ListPeople(const std::string& text,
                                           const std::string& name) {
  auto people = std::make_unique<ListedPeople>();
  const std::vector<std::string> lines = Split(text, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (people->Add(lines[i])) continue;
    return Fail(ErrorCode::kInvalidArgument,
                name + ":" + std::to_string(i + 1) +
                    ": is no line of passwd(5) or group(5)");
  }
  return people;
}

Result<std::unique_ptr<People>> MakePeople(const PeopleOptions& options) {
  if (options.invented) return InventPeople();
  if (options.file.empty()) return std::make_unique<SystemPeople>();
  ACCELD_TRY(const std::string text, ReadTextFile(options.file));
  return ListPeople(text, options.file);
}

Result<policy::Subject> MakeSubject(const SubjectText& text,
                                    const People& people) {
  policy::Subject subject{.uid = 0, .gids = {}, .slice = text.slice};
  if (const auto number = Number(text.user)) {
    subject.uid = *number;
  } else {
    ACCELD_TRY(const auto found, people.FindUser(text.user));
    if (!found) {
      return Fail(ErrorCode::kNotFound,
                  "no user is called '" + text.user + "'");
    }
    subject.uid = *found;
    ACCELD_TRY(subject.gids, people.GroupsOf(text.user));
  }
  for (const std::string& group : text.groups) {
    std::optional<gid_t> gid = Number(group);
    if (!gid) {
      ACCELD_TRY(gid, people.FindGroup(group));
    }
    if (!gid) {
      return Fail(ErrorCode::kNotFound, "no group is called '" + group + "'");
    }
    subject.gids.push_back(*gid);
  }
  return subject;
}

}  // namespace acceld::policy_tool
