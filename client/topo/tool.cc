#include "client/topo/tool.h"

#include <cerrno>
#include <string>

#include "base/json.h"
#include "base/utf8.h"
#include "client/exit_code.h"
#include "client/topo/machine_source.h"

namespace acceld::topo {
namespace {

// What one line of a message may take on a screen.
constexpr std::size_t kLongestLine = 1024;

}  // namespace

Result<Machine> Tool::Load() const { return Load(source); }

Result<Machine> Tool::Load(const SourceOptions& other) const {
  std::string notice;
  auto machine = LoadMachine(other, &notice);
  if (!notice.empty()) Note(notice);
  return machine;
}

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
  (void)std::fprintf(messages, "accel-topo: %s\n",
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

int Tool::ComplainOfUsage(std::string_view text) const {
  Note(text);
  return static_cast<int>(client::ExitCode::kUsage);
}

}  // namespace acceld::topo
