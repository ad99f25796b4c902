#include "client/topo/name_lookup.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "graph/natural_order.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

constexpr std::size_t kMostSuggestions = 3;
constexpr std::size_t kMostCandidates = 8;
// Longer words are no typing mistakes of a key (which has 128 at most).
constexpr std::size_t kLongestName = 256;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(
      lower.begin(), lower.end(), lower.begin(),
      [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Whether `key` ends with `name`, and `name` starts there at a word.
bool EndsWithWord(std::string_view key, std::string_view name) {
  if (!key.ends_with(name)) return false;
  if (key.size() == name.size()) return true;
  const char before = key[key.size() - name.size() - 1];
  return before == ':' || before == '/' || before == '.' || before == '-';
}

bool IsNamed(const Vertex& vertex, std::string_view name) {
  if (EndsWithWord(Lower(vertex.key), Lower(name))) return true;
  for (const std::string_view attribute : {attr::kNodePath, attr::kAddress}) {
    const AttributeValue* value = vertex.Get(attribute);
    const auto* text =
        value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text != nullptr && *text == name) return true;
  }
  return false;
}

// Levenshtein's distance: insertions, deletions and replacements.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j],
                               std::min({replace, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[b.size()];
}

// To the whole key, or to its part after the kind, whichever is nearer.
std::size_t DistanceToKey(std::string_view name, std::string_view key) {
  const std::size_t colon = key.find(':');
  const std::size_t whole = EditDistance(name, key);
  if (colon == std::string_view::npos) return whole;
  return std::min(whole, EditDistance(name, key.substr(colon + 1)));
}

std::string Suggestions(const Topology& topology, std::string_view name) {
  const std::string wanted = Lower(name.substr(0, kLongestName));
  // A third of the word mistyped is no longer the same word.
  const std::size_t limit = std::max<std::size_t>(2, wanted.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const Vertex& vertex : topology.vertices()) {
    const std::size_t distance = DistanceToKey(wanted, Lower(vertex.key));
    if (distance <= limit) near.emplace_back(distance, vertex.key);
  }
  std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first
                              : graph::NaturalLess(a.second, b.second);
  });
  if (near.empty()) return "; `accel-topo show` lists all names";
  std::string text = "; did you mean ";
  for (std::size_t i = 0; i < std::min(near.size(), kMostSuggestions); ++i) {
    if (i != 0) text.append(", ");
    text.append(Printable(near[i].second));
  }
  return text.append("?");
}

Error Ambiguous(const Topology& topology, std::string_view name,
                const std::vector<VertexId>& found) {
  std::string text = "'" + Printable(name) + "' is the name of " +
                     std::to_string(found.size()) + " things: ";
  for (std::size_t i = 0; i < std::min(found.size(), kMostCandidates); ++i) {
    if (i != 0) text.append(", ");
    text.append(KeyOf(topology, found[i]));
  }
  if (found.size() > kMostCandidates) text.append(", ...");
  return Error{ErrorCode::kInvalidArgument, std::move(text), 0};
}

}  // namespace

Result<VertexId> FindByName(const Topology& topology, std::string_view name) {
  if (const auto exact = topology.Find(name)) return *exact;
  std::vector<VertexId> found;
  if (!name.empty()) {
    for (const Vertex& vertex : topology.vertices()) {
      if (IsNamed(vertex, name)) found.push_back(vertex.id);
    }
  }
  if (found.size() == 1) return found.front();
  if (!found.empty()) return Fail(Ambiguous(topology, name, found));
  return Fail(ErrorCode::kNotFound, "no '" + Printable(name) +
                                        "' in this machine" +
                                        Suggestions(topology, name));
}

std::string NamesText(const Topology& topology) {
  std::string text;
  for (const Vertex& vertex : topology.vertices()) {
    text.append(Printable(vertex.key)).append("\n");
  }
  return text;
}

Document NamesDocument(const Topology& topology) {
  Document names = Document::Array{};
  for (const Vertex& vertex : topology.vertices()) names.Append(vertex.key);
  Document document;
  document.Set("names", std::move(names));
  return document;
}

}  // namespace acceld::topo
