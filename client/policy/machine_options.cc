#include "client/policy/machine_options.h"

#include <CLI/CLI.hpp>

namespace acceld::policy_tool {

void AddMachineOptions(CLI::App& app, topo::SourceOptions& source) {
  auto* group = app.add_option_group("Machine", "Which machine");
  group
      ->add_option("--host", source.host,
                   "A described machine (a machine document)")
      ->type_name("FILE");
  group
      ->add_option("--sysroot", source.sysroot,
                   "A recorded machine (a folder or an archive)")
      ->type_name("PATH");
  // Says nothing but that neither of the others is meant.
  group->add_flag_callback(
      "--running", [] {},
      "This machine, as acceld shows it to you, or as it is");
  group->require_option(1);
}

void AddPolicyOption(CLI::App& app, std::vector<std::string>& paths) {
  paths = {kPolicyDirectory};
  app.add_option("--policy", paths,
                 "Directory or file of the policy; may be repeated")
      ->type_name("PATH")
      ->expected(1)
      ->take_all()
      ->capture_default_str();
}

}  // namespace acceld::policy_tool
