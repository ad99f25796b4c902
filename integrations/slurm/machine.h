// A machine document (docs/machine-document.md) to look things up in: what
// Describe answers, or a file of `accel-topo --json`. Immutable; borrows
// nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld::slurm {

struct Vertex {
  std::string key;
  std::string kind;
  Document attributes;

  // "" and empty where the attribute is not known or of another type.
  [[nodiscard]] std::string Text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> Texts(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> Integer(
      std::string_view name) const;
};

struct Edge {
  std::string from;
  std::string to;
  std::string kind;
  std::int64_t bandwidth = 0;  // bytes/s from -> to; 0: not known
};

class Machine {
 public:
  // Errors: kCorruptInput (no machine document of version 1).
  [[nodiscard]] static Result<Machine> Read(const Document& document);

  // By key, in the order of the keys.
  [[nodiscard]] const std::map<std::string, Vertex, std::less<>>& vertices()
      const {
    return vertices_;
  }
  // Null where there is no such vertex.
  [[nodiscard]] const Vertex* Find(std::string_view key) const;
  [[nodiscard]] const std::vector<Edge>& links() const { return links_; }
  // Where the first relation of `kind` from `from` leads; "": nowhere.
  [[nodiscard]] std::string Follow(const std::string& from,
                                   const std::string& kind) const;

 private:
  std::map<std::string, Vertex, std::less<>> vertices_;
  std::vector<Edge> links_;
  std::map<std::pair<std::string, std::string>, std::string> relations_;
};

}  // namespace acceld::slurm
