// Look: how text is shown (colour, tree lines, width). Decided once from the
// terminal and the environment; every renderer takes it as a value, so that
// the same machine and the same Look give the same bytes.
// Value type; no threading rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acceld::topo {

enum class Role {
  kPlain,
  kKey,      // the name of a vertex
  kHeading,  // of a section or a column
  kFaint,    // identity numbers, sources
  kWarning,  // degraded, assumed where it matters
  kBad,      // failed, faults
};

struct Look {
  bool colour = false;
  bool unicode = false;
  int width = 0;  // columns to wrap at; 0: never wrap

  // `text` in the colours of `role`; unchanged without colour.
  [[nodiscard]] std::string Paint(std::string_view text, Role role) const;
  [[nodiscard]] std::string_view ellipsis() const {
    return unicode ? "…" : "..";
  }
  [[nodiscard]] std::string_view dash() const { return unicode ? "─" : "--"; }
};

// What the environment and standard output say.
struct Surroundings {
  bool terminal = false;  // standard output is one
  int columns = 0;        // of the terminal, 0 where not known
  std::string lc_all;     // LC_ALL, LC_CTYPE, LANG; empty where unset
  std::string lc_ctype;
  std::string lang;
  std::string term;
  bool no_colour = false;  // NO_COLOR is set and not empty (no-color.org)
};
[[nodiscard]] Surroundings ReadSurroundings();

// Colour on a terminal only (unless NO_COLOR or TERM=dumb), tree lines in
// Unicode where the locale's codeset is UTF-8, lines wrapped at the width of a
// terminal and not at all elsewhere (so that grep sees whole lines).
[[nodiscard]] Look LookFor(const Surroundings& surroundings);

// Columns that `text` takes: code points, which is right for what we print
// (wide and combining characters of a device's name are counted as one).
[[nodiscard]] std::size_t Columns(std::string_view text);

// A piece of a line. Pieces are joined by two spaces; only one that does not
// fit a line of its own is broken.
struct Token {
  std::string text;
  Role role = Role::kPlain;
  // Where the text differs between otherwise identical siblings (an IOMMU
  // group, a device node): the differing part, and the words to put before
  // "FIRST...LAST" once they are folded. Empty: the text must be the same.
  std::string identity{};
  std::string folded_label{};
};

// Appends `first`, then `tokens`; where the width runs out, goes on in a new
// line that starts with `rest`. Ends with a newline.
void AppendWrapped(const Look& look, std::string_view first,
                   std::string_view rest, const std::vector<Token>& tokens,
                   std::string& out);

}  // namespace acceld::topo
