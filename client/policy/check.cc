#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/utf8.h"
#include "client/policy/commands.h"
#include "client/policy/text_file.h"

namespace acceld::policy_tool {
namespace {

struct Options {
  std::vector<std::string> files;
  bool strict = false;
};

enum class Answer { kFine = 0, kWarnings = 1, kErrors = 2 };

Document ToDocument(const policy::Diagnostic& one) {
  const char* severity = one.severity == policy::Severity::kError ? "error"
                         : one.severity == policy::Severity::kWarning
                             ? "warning"
                             : "note";
  return Document::Object{{"severity", severity},
                          {"file", one.file},
                          {"line", one.line},
                          {"pointer", one.pointer},
                          {"message", one.message}};
}

Answer AnswerTo(const policy::CheckedPolicy& checked, bool strict) {
  if (!checked.errors.empty()) return Answer::kErrors;
  const bool warned =
      std::any_of(checked.warnings.begin(), checked.warnings.end(),
                  [](const policy::Diagnostic& one) {
                    return one.severity == policy::Severity::kWarning;
                  });
  return warned && strict ? Answer::kWarnings : Answer::kFine;
}

Result<Answer> Check(const Tool& tool, const Options& options) {
  ACCELD_TRY(const auto people, MakePeople(tool.people));
  ACCELD_TRY(const auto sources, ReadPolicyFiles(options.files));
  if (sources.empty()) {
    return Fail(ErrorCode::kNotFound,
                "no policy files (*.json) are there to check");
  }
  ACCELD_TRY(const policy::CheckedPolicy checked,
             policy::Policy::Check(sources, *people));
  std::vector<policy::Diagnostic> all = checked.errors;
  all.insert(all.end(), checked.warnings.begin(), checked.warnings.end());
  const Answer answer = AnswerTo(checked, options.strict);
  if (tool.json) {
    Document::Array list;
    for (const policy::Diagnostic& one : all) list.push_back(ToDocument(one));
    ACCELD_TRY_VOID(tool.WriteJson(Document::Object{
        {"valid", checked.errors.empty()}, {"diagnostics", std::move(list)}}));
    return answer;
  }
  std::string text;
  for (const policy::Diagnostic& one : all) {
    constexpr std::size_t kLongestLine = 4096;
    text += Printable(policy::ToText(one), kLongestLine) + "\n";
  }
  ACCELD_TRY_VOID(tool.Write(text));
  return answer;
}

}  // namespace

Runner DeclareCheck(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("FILE", options->files,
                 "Policy files, merged in the order given; of a directory its "
                 "*.json in byte order")
      ->required();
  app.add_flag("--strict", options->strict, "Exit with 1 where it warns");
  app.footer(
      "Every mistake and warning is a line, FILE:LINE: POINTER: TEXT.\n"
      "Exit status: 0 fine, 1 warnings (with --strict), 2 or more: mistakes,\n"
      "or the files could not be checked.\n"
      "Examples:\n"
      "  accelctl policy check /etc/acceld/policy.d\n"
      "  accelctl policy check --strict --no-users policy.d/   in CI");
  return [options](const Tool& tool) -> Result<int> {
    ACCELD_TRY(const Answer answer, Check(tool, *options));
    return static_cast<int>(answer);
  };
}

}  // namespace acceld::policy_tool
