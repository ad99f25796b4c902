// Tool: what every command of accel-policy shares: where machine and policy
// come from, who there is, how text is to look, and where output goes.
// One object, made by the command line; single-threaded.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "client/policy/people.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

// Where acceld looks by itself.
inline constexpr const char* kPolicyDirectory = "/etc/acceld/policy.d";

struct Tool {
  bool json = false;
  PeopleOptions people;
  topo::Look look;
  bool is_terminal = false;  // where messages go
  std::FILE* out = stdout;
  std::FILE* messages = stderr;

  // Writes to `out` and flushes. Errors: kIo.
  [[nodiscard]] Status Write(std::string_view text) const;
  [[nodiscard]] Status WriteJson(const Document& document) const;
  // Tells people something that is not the result.
  void Note(std::string_view text) const;
  // Tells a fault, line by line; returns the exit status for it.
  [[nodiscard]] int Complain(const Error& error) const;
  // On a terminal: one line about what is done that is written over itself.
  void ShowProgress(std::string_view what, std::size_t done,
                    std::size_t all) const;

  // Errors: as topo::LoadMachine.
  [[nodiscard]] Result<topo::Machine> LoadMachine(
      const topo::SourceOptions& source) const;
  // The policy of some files and directories; entries are called by the files'
  // names without directories, as acceld calls them. Errors: as
  // ReadPolicyFiles and Policy::Compile.
  [[nodiscard]] Result<std::shared_ptr<const policy::Policy>> LoadPolicy(
      const std::vector<std::string>& paths, const People& users) const;
};

}  // namespace acceld::policy_tool
