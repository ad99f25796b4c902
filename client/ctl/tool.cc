#include "client/ctl/tool.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "base/utf8.h"

namespace acceld::ctl {
namespace {

constexpr std::size_t kMaxLine = 2000;  // of what others wrote

std::string BusOption(const Tool& tool) {
  return tool.bus == "system" ? "" : " --bus " + tool.bus;
}

}  // namespace

Result<client::Client> Tool::Connect() const {
  // Where a person is there to be asked.
  return client::Client::Connect({bus, ::isatty(STDIN_FILENO) == 1});
}

bool WantsColour() {
  // Read once, before any thread could change them.
  const char* no_colour = std::getenv("NO_COLOR");  // NOLINT
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");  // NOLINT
  if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
  return ::isatty(STDOUT_FILENO) == 1;
}

std::string Bold(const Tool& tool, std::string_view text) {
  if (!tool.colour) return std::string(text);
  return std::string("\033[1m").append(text).append("\033[0m");
}

void Print(std::string_view text) {
  // A reader that has gone away (head) is not a failure of the command.
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  (void)std::fflush(stdout);
}

void PrintDocument(const Document& document) {
  Print(PrintJson(document, JsonStyle::kPretty) + "\n");
}

std::string AdviceFor(const Tool& tool, ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnavailable:
      if (tool.bus == "system") {
        return "Start it with 'systemctl start acceld', or name another bus "
               "with --bus (session, or an address).";
      }
      return "Start it there with 'acceld --bus ADDRESS', or leave out --bus "
             "for the one on the system bus.";
    case ErrorCode::kPermissionDenied:
      if (tool.administers) {
        return "Run it with sudo, or have yourself named under "
               "\"administrators\" in /etc/acceld/policy.d. Where polkit asks "
               "for a password, run it in a terminal.";
      }
      return "The policy in /etc/acceld/policy.d says who may use what; "
             "'accelctl" +
             BusOption(tool) + " describe' shows what you may see.";
    case ErrorCode::kUnsatisfiable:
      return "'accelctl" + BusOption(tool) +
             " describe' shows the devices that there are; take one "
             "constraint away and ask again.";
    case ErrorCode::kQuotaExceeded:
    case ErrorCode::kBusy:
      return "'accelctl" + BusOption(tool) +
             " leases' shows who holds what; release one, or try again later.";
    case ErrorCode::kDeadline:
      return "Give the pipeline a longer \"deadline\".";
    case ErrorCode::kStale:
      return "The machine changed meanwhile; try again.";
    default:
      return {};
  }
}

int Complain(const Tool& tool, const Error& error) {
  std::string text = "accelctl: ";
  std::string_view rest = error.message;
  for (bool first = true; first || !rest.empty(); first = false) {
    const std::size_t end = rest.find('\n');
    if (!first) text.append("  ");
    text.append(Printable(rest.substr(0, end), kMaxLine)).push_back('\n');
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
  }
  const std::string advice = AdviceFor(tool, error.code);
  if (!advice.empty()) text.append(advice).push_back('\n');
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  return static_cast<int>(client::ExitCodeOf(error.code));
}

void Finish(Tool& tool, const Status& status) {
  tool.status = status ? static_cast<int>(client::ExitCode::kSuccess)
                       : Complain(tool, status.error());
}

}  // namespace acceld::ctl
