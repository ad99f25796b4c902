// People: the users and groups that a policy is checked or tried with: those
// of this machine, those that a file lists, or whoever is named.
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/subject.h"
#include "policy/user_database.h"

namespace acceld::policy_tool {

class People : public policy::UserDatabase {
 public:
  // The groups that the user is a member of; none where it is not known.
  // Errors: kIo.
  [[nodiscard]] virtual Result<std::vector<gid_t>> GroupsOf(
      const std::string& user) const = 0;
};

struct PeopleOptions {
  // Lines of passwd(5) and group(5), as `getent passwd; getent group` prints
  // them; empty: this machine's.
  std::string file;
  bool invented = false;  // every name is that of somebody
};

// Errors: those of reading the file; kInvalidArgument (a line that is of
// neither form, with its number).
[[nodiscard]] Result<std::unique_ptr<People>> MakePeople(
    const PeopleOptions& options);
// For ListPeople(text): what a file of `name` says. Errors: as MakePeople.
[[nodiscard]] Result<std::unique_ptr<People>> ListPeople(
    const std::string& text, const std::string& name);
// Gives each name a number of its own, in the order in which they are asked
// for; "root" has 0. Nobody is in a group.
[[nodiscard]] std::unique_ptr<People> InventPeople();

// Who a command line or a workload says.
struct SubjectText {
  std::string user;                 // a name, or a number
  std::vector<std::string> groups;  // beside those that it is in
  std::string slice;
};
// Errors: kNotFound (no such user or group), kIo.
[[nodiscard]] Result<policy::Subject> MakeSubject(const SubjectText& text,
                                                  const People& people);

}  // namespace acceld::policy_tool
