#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "client/exit_code.h"
#include "client/policy/commands.h"
#include "client/policy/explanation.h"
#include "client/policy/machine_options.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {
namespace {

struct Options {
  topo::SourceOptions source;
  std::vector<std::string> policy;
  SubjectText subject;
  std::string pipeline;
  bool considered = false;
};

Result<int> Run(const Tool& tool, const Options& options) {
  ACCELD_TRY(const auto people, MakePeople(tool.people));
  ACCELD_TRY(const topo::Machine machine, tool.LoadMachine(options.source));
  ACCELD_TRY(const auto policy, tool.LoadPolicy(options.policy, *people));
  ACCELD_TRY(const policy::Subject subject,
             MakeSubject(options.subject, *people));
  ACCELD_TRY(const Document pipeline, ReadJsonFile(options.pipeline));
  auto request = placement::ParseRequest(pipeline, policy->defaults());
  if (!request) {
    return Fail(std::move(request.error()).In(options.pipeline));
  }
  ACCELD_TRY(
      const Explanation explanation,
      Explain(*request, subject, {machine.topology, policy}, SteadyClock()));
  if (tool.json) {
    ACCELD_TRY_VOID(tool.WriteJson(ExplanationDocument(explanation)));
  } else {
    ACCELD_TRY_VOID(tool.Write(
        ExplanationText(explanation, tool.look, options.considered)));
  }
  const bool placed = std::holds_alternative<Placed>(explanation.attempt);
  return static_cast<int>(placed ? client::ExitCode::kSuccess
                                 : client::ExitCode::kUnsatisfiable);
}

}  // namespace

Runner DeclareExplain(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--user", options->subject.user, "Who asks: a name or number")
      ->required()
      ->type_name("USER");
  app.add_option("--group", options->subject.groups,
                 "A group beside those the user is in; may be repeated")
      ->type_name("GROUP");
  app.add_option("--slice", options->subject.slice,
                 "The cgroup of the process that asks, from the root")
      ->type_name("PATH");
  app.add_option("--pipeline", options->pipeline,
                 "Pipeline as JSON; - for standard input")
      ->required()
      ->type_name("FILE");
  app.add_flag("--considered", options->considered,
               "Every entry of the policy that was looked at, and why it "
               "speaks or not");
  AddMachineOptions(app, options->source);
  AddPolicyOption(app, options->policy);
  app.footer(
      "Shows the machine while nobody holds anything. It is for those who "
      "write policies:\ndevices are shown that the user would not see.\n"
      "Exit status: 0 there is a placement, 7 there is none.\n"
      "Example:\n"
      "  accelctl policy explain --user ann --group ml --no-users \\\n"
      "    --policy policy.d/ --pipeline train.json --host nvswitch-8gpu.json");
  return [options](const Tool& tool) { return Run(tool, *options); };
}

}  // namespace acceld::policy_tool
