#include "client/topo/watch_text.h"

#include <optional>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "client/topo/change_text.h"
#include "client/topo/describe.h"
#include "graph/hanging.h"

namespace acceld::topo {
namespace {

using graph::Change;
using graph::EdgeChange;
using graph::ValueChange;
using graph::VertexChange;

class Lines {
 public:
  Lines(std::string_view time, const Look& look) : time_(time), look_(look) {
    look_.width = 0;  // one line each, whatever the terminal
  }

  void Add(Change change, const std::string& subject,
           std::vector<Token> tokens) {
    tokens.insert(tokens.begin(),
                  {.text = std::string(SignOf(change)) + " " + subject,
                   .role = RoleOf(change)});
    AppendWrapped(look_, look_.Paint(time_, Role::kFaint) + " ", "", tokens,
                  text_);
  }

  void AddValues(const std::string& subject,
                 const std::vector<ValueChange>& values) {
    for (const ValueChange& value : values) {
      std::string what = Printable(value.name) + ": ";
      what.append(SideText(value.before, look_))
          .append(Arrow(look_))
          .append(SideText(value.after, look_));
      Add(Change::kChanged, subject, {{.text = std::move(what)}});
    }
  }

  [[nodiscard]] const Look& look() const { return look_; }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  std::string_view time_;
  Look look_;
  std::string text_;
};

// The keys of what came or went: their links and relations go without saying.
std::set<std::string> KeysOfMoved(const graph::Diff& diff) {
  std::set<std::string> keys;
  for (const VertexChange& vertex : diff.vertices) {
    if (vertex.change != Change::kChanged) keys.insert(vertex.key);
  }
  return keys;
}

void AddVertices(const graph::Topology& topology, Change change,
                 const graph::Diff& diff, Lines& lines) {
  const graph::Hanging hanging(topology);
  for (const VertexChange& vertex : diff.vertices) {
    if (vertex.change != change) continue;
    const std::string key = Printable(vertex.key);
    if (change == Change::kChanged) {
      lines.AddValues(key, vertex.values);
    } else if (const auto id = topology.Find(vertex.key)) {
      lines.Add(change, key, Describe(topology, hanging, topology.vertex(*id)));
    }
  }
}

template <typename Kind>
void AddEdges(const std::vector<EdgeChange<Kind>>& edges,
              const std::set<std::string>& moved, Lines& lines) {
  for (const EdgeChange<Kind>& edge : edges) {
    if (moved.contains(edge.from) || moved.contains(edge.to)) continue;
    const std::string subject =
        std::string(Name(edge.kind)) + " " + Printable(edge.from) +
        std::string(Arrow(lines.look())) + Printable(edge.to);
    if (edge.change == Change::kChanged) {
      lines.AddValues(subject, edge.values);
    } else {
      lines.Add(edge.change, subject, {});
    }
  }
}

// Objects of one change: one, or one for each value.
class Documents {
 public:
  explicit Documents(std::string_view time) : time_(time) {}

  [[nodiscard]] Document Start(Change change, std::string_view what) const {
    Document document;
    document.Set("time", time_);
    document.Set("change", Name(change));
    document.Set("what", what);
    return document;
  }
  void Add(Document document, const std::vector<ValueChange>& values) {
    if (values.empty()) {
      list_.push_back(std::move(document));
      return;
    }
    for (const ValueChange& value : values) {
      Document one = document;
      one.Set("name", value.name);
      if (value.before) one.Set("before", ToDocument(value.before->value));
      if (value.after) one.Set("after", ToDocument(value.after->value));
      list_.push_back(std::move(one));
    }
  }
  template <typename Kind>
  void AddEdges(std::string_view what,
                const std::vector<EdgeChange<Kind>>& edges) {
    for (const EdgeChange<Kind>& edge : edges) {
      Document one = Start(edge.change, what);
      one.Set("from", edge.from);
      one.Set("to", edge.to);
      one.Set("kind", Name(edge.kind));
      Add(std::move(one), edge.values);
    }
  }
  [[nodiscard]] std::vector<Document> Take() { return std::move(list_); }

 private:
  std::string_view time_;
  std::vector<Document> list_;
};

}  // namespace

std::string WatchText(std::string_view time, const Machine& before,
                      const Machine& after, const graph::Diff& diff,
                      const Look& look) {
  if (diff.empty()) return {};
  Lines lines(time, look);
  AddVertices(*before.topology, Change::kRemoved, diff, lines);
  AddVertices(*after.topology, Change::kAdded, diff, lines);
  AddVertices(*after.topology, Change::kChanged, diff, lines);
  const std::set<std::string> moved = KeysOfMoved(diff);
  AddEdges(diff.links, moved, lines);
  AddEdges(diff.relations, moved, lines);
  for (const graph::FaultChange& one : diff.faults) {
    lines.Add(one.change, "fault " + Printable(one.fault.where),
              {{.text = Printable(one.fault.what)}});
  }
  return lines.Take();
}

std::vector<Document> WatchDocuments(std::string_view time,
                                     const graph::Diff& diff) {
  Documents documents(time);
  for (const VertexChange& vertex : diff.vertices) {
    Document one = documents.Start(vertex.change, "vertex");
    one.Set("key", vertex.key);
    one.Set("kind", Name(vertex.kind));
    documents.Add(std::move(one), vertex.values);
  }
  documents.AddEdges("link", diff.links);
  documents.AddEdges("relation", diff.relations);
  for (const graph::FaultChange& fault : diff.faults) {
    Document one = documents.Start(fault.change, "fault");
    one.Set("where", fault.fault.where);
    one.Set("code", ErrorCodeName(fault.fault.code));
    one.Set("text", fault.fault.what);
    documents.Add(std::move(one), {});
  }
  return documents.Take();
}

}  // namespace acceld::topo
