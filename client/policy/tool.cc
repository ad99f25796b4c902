#include "client/policy/tool.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "client/exit_code.h"
#include "client/policy/text_file.h"
#include "client/topo/machine_source.h"

namespace acceld::policy_tool {

Status Tool::Write(std::string_view text) const {
  if (std::fwrite(text.data(), 1, text.size(), out) != text.size() ||
      std::fflush(out) != 0) {
    return FailErrno("cannot write the output", errno);
  }
  return {};
}

Status Tool::WriteJson(const Document& document) const {
  return Write(PrintJson(document, JsonStyle::kPretty) + "\n");
}

void Tool::Note(std::string_view text) const {
  constexpr std::size_t kLongestLine = 1024;
  (void)std::fprintf(messages, "accel-policy: %s\n",
                     Printable(text, kLongestLine).c_str());
}

int Tool::Complain(const Error& error) const {
  std::string_view rest = error.message;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    Note(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return static_cast<int>(client::ExitCodeOf(error.code));
}

void Tool::ShowProgress(std::string_view what, std::size_t done,
                        std::size_t all) const {
  constexpr std::size_t kEvery = 256;
  if (!is_terminal || (done % kEvery != 0 && done != all)) return;
  (void)std::fprintf(messages, "\r%.*s: %zu of %zu%s",
                     static_cast<int>(what.size()), what.data(), done, all,
                     done == all ? "\r\033[K" : "");
  (void)std::fflush(messages);
}

Result<topo::Machine> Tool::LoadMachine(
    const topo::SourceOptions& source) const {
  std::string notice;
  auto machine = topo::LoadMachine(source, &notice);
  if (!notice.empty()) Note(notice);
  return machine;
}

Result<std::shared_ptr<const policy::Policy>> Tool::LoadPolicy(
    const std::vector<std::string>& paths, const People& users) const {
  std::error_code ignored;
  const bool none_installed =
      paths == std::vector<std::string>{kPolicyDirectory} &&
      !std::filesystem::exists(kPolicyDirectory, ignored);
  std::vector<policy::PolicySource> sources;
  if (!none_installed) {
    ACCELD_TRY(sources, ReadPolicyFiles(paths));
  }
  for (policy::PolicySource& source : sources) {
    source.name = std::filesystem::path(source.name).filename().string();
  }
  return policy::Policy::Compile(sources, users);
}

}  // namespace acceld::policy_tool
