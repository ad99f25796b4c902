#include "client/topo/look.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <limits>

namespace acceld::topo {
namespace {

std::string_view ColourOf(Role role) {
  switch (role) {
    case Role::kPlain:
      return "";
    case Role::kKey:
      return "\033[1m";
    case Role::kHeading:
      return "\033[1;4m";
    case Role::kFaint:
      return "\033[2m";
    case Role::kWarning:
      return "\033[33m";
    case Role::kBad:
      return "\033[31m";
  }
  return "";
}

std::string Variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string() : std::string(value);
}

// The first of the three that is set decides (locale(7)).
bool IsUtf8Locale(const Surroundings& surroundings) {
  std::string name = surroundings.lc_all;
  if (name.empty()) name = surroundings.lc_ctype;
  if (name.empty()) name = surroundings.lang;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return name.find("utf-8") != std::string::npos ||
         name.find("utf8") != std::string::npos;
}

}  // namespace

std::string Look::Paint(std::string_view text, Role role) const {
  const std::string_view start = colour ? ColourOf(role) : "";
  if (start.empty() || text.empty()) return std::string(text);
  return std::string(start).append(text).append("\033[0m");
}

Surroundings ReadSurroundings() {
  Surroundings surroundings;
  surroundings.terminal = isatty(STDOUT_FILENO) == 1;
  winsize size{};
  if (surroundings.terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    surroundings.columns = size.ws_col;
  }
  surroundings.lc_all = Variable("LC_ALL");
  surroundings.lc_ctype = Variable("LC_CTYPE");
  surroundings.lang = Variable("LANG");
  surroundings.term = Variable("TERM");
  surroundings.no_colour = !Variable("NO_COLOR").empty();
  return surroundings;
}

Look LookFor(const Surroundings& surroundings) {
  Look look;
  look.colour = surroundings.terminal && !surroundings.no_colour &&
                surroundings.term != "dumb";
  look.unicode = IsUtf8Locale(surroundings);
  look.width = surroundings.terminal ? surroundings.columns : 0;
  return look;
}

std::size_t Columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void AppendWrapped(const Look& look, std::string_view first,
                   std::string_view rest, const std::vector<Token>& tokens,
                   std::string& out) {
  const auto limit = look.width > 0 ? static_cast<std::size_t>(look.width)
                                    : std::numeric_limits<std::size_t>::max();
  std::size_t column = Columns(first);
  std::size_t gap = 0;  // spaces owed before the next word
  out.append(first);
  const auto append = [&](std::string_view text, Role role) {
    const std::size_t needed = Columns(text);
    if (gap != 0 && column + gap + needed > limit) {
      out.append("\n").append(rest);
      column = Columns(rest);
    } else {
      out.append(gap, ' ');
      column += gap;
    }
    out.append(look.Paint(text, role));
    column += needed;
  };
  for (const Token& token : tokens) {
    // What does not even fit a line of its own is broken at its spaces.
    const bool fits = Columns(rest) + Columns(token.text) <= limit;
    std::string_view left = token.text;
    while (!left.empty()) {
      const std::size_t end =
          fits ? left.size() : std::min(left.find(' '), left.size());
      append(left.substr(0, end), token.role);
      left.remove_prefix(std::min(end + 1, left.size()));
      gap = 1;
    }
    gap = 2;
  }
  out.push_back('\n');
}

}  // namespace acceld::topo
