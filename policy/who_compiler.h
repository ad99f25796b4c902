// WhoCompiler: turns the users, groups and names that entries of a policy give
// into a Who. Asks the user database once for each name. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/document_reader.h"
#include "base/result.h"
#include "policy/document.h"
#include "policy/names.h"
#include "policy/user_database.h"
#include "policy/who.h"

namespace acceld::policy {

class WhoCompiler {
 public:
  // All must outlive this.
  WhoCompiler(const UserDatabase& users, Complaints& complaints)
      : users_(users),
        complaints_(complaints),
        subjects_("subject", complaints),
        spaces_("namespace", complaints) {}

  // First all names, then all questions.
  void AddSubject(const SubjectDocument& subject);
  // `parts`: the index itself and those of the parts of it.
  void AddNamespace(const std::string& name, const std::string& pointer,
                    std::vector<std::size_t> parts);
  // Resolves every named subject; complains of those that are their own part.
  // Errors: kIo where the user database cannot be asked.
  Status ResolveSubjects();

  // Whom the terms name; complains of names that nobody has. Nobody where
  // they are empty. Errors: kIo.
  [[nodiscard]] Result<Who> Compile(const SubjectTerms& terms);
  // The same; everybody where they are empty.
  [[nodiscard]] Result<Who> CompileOrAll(const SubjectTerms& terms);

  [[nodiscard]] std::vector<Word> UnusedSubjects() const {
    return subjects_.Unused();
  }

 private:
  enum class State { kUnresolved, kResolving, kDone };
  struct Named {
    SubjectDocument document;
    State state = State::kUnresolved;
    Who who;
  };

  Status Resolve(std::size_t subject);
  Status AddUsers(const std::vector<Principal>& users, Who& who);
  Status AddGroups(const std::vector<Principal>& groups, Who& who);

  const UserDatabase& users_;
  Complaints& complaints_;
  Names subjects_;
  Names spaces_;
  std::vector<Named> named_;
  std::vector<std::vector<std::size_t>> parts_;  // of namespaces
  std::map<std::string, std::optional<uid_t>> known_users_;
  std::map<std::string, std::optional<gid_t>> known_groups_;
};

}  // namespace acceld::policy
