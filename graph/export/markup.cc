#include "graph/export/markup.h"

#include "base/utf8.h"

namespace acceld::graph::exports {
namespace {

void AppendCharacter(char c, std::string& out) {
  switch (c) {
    case '&':
      out.append("&amp;");
      break;
    case '<':
      out.append("&lt;");
      break;
    case '>':
      out.append("&gt;");
      break;
    case '"':
      out.append("&quot;");
      break;
    case '\'':
      out.append("&#39;");
      break;
    default:
      out.push_back(c);
  }
}

bool IsSafe(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // XML 1.0 names U+FFFE and U+FFFF too: they start with 0xef. What turns
    // text around (base/utf8.cc) starts with 0xd8 or 0xe2.
    if (byte < 0x20 || byte == 0x7f || byte == 0xc2 || byte == 0xd8 ||
        byte == 0xe2 || byte >= 0xed) {
      return false;
    }
  }
  return IsUtf8(text);
}

// U+FFFE and U+FFFF are well-formed UTF-8, but no characters of XML.
void ReplaceNonCharacters(std::string& text) {
  for (const std::string_view sequence : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (std::size_t at = text.find(sequence); at != std::string::npos;
         at = text.find(sequence, at)) {
      text[at] = '?';
      text.erase(at + 1, sequence.size() - 1);
    }
  }
}

void AppendLine(std::string_view line, std::string& out) {
  if (IsSafe(line)) {
    for (const char c : line) AppendCharacter(c, out);
    return;
  }
  std::string safe = Printable(line, line.size());
  ReplaceNonCharacters(safe);
  for (const char c : safe) AppendCharacter(c, out);
}

}  // namespace

void AppendEscaped(std::string_view text, std::string& out) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n')) {
    AppendLine(text.substr(0, end), out);
    out.push_back('\n');
    text.remove_prefix(end + 1);
  }
  AppendLine(text, out);
}

std::string Escaped(std::string_view text) {
  std::string out;
  AppendEscaped(text, out);
  return out;
}

std::string EscapedForScript(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out.append("\\u003c");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace acceld::graph::exports
