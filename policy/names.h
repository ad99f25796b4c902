// Names: what the files of a policy call classes, subjects, objectives or
// namespaces, looked up while compiling. Not thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/document_reader.h"
#include "policy/document.h"

namespace acceld::policy {

class Names {
 public:
  // `kind`: "class". `complaints` must outlive this.
  Names(std::string kind, Complaints& complaints)
      : kind_(std::move(kind)), complaints_(complaints) {}

  // Complains, naming both places, where the name is taken already, and is
  // false then.
  bool Add(const std::string& name, const std::string& pointer,
           std::size_t index);
  // The index of what is called so, which is used now; complains where
  // nothing is.
  std::optional<std::size_t> Use(const Word& word);
  // The places of what was never used, in the order of the names.
  [[nodiscard]] std::vector<Word> Unused() const;

 private:
  struct Entry {
    std::string pointer;
    std::size_t index = 0;
    bool is_used = false;
  };
  std::string kind_;
  Complaints& complaints_;
  std::map<std::string, Entry> entries_;
};

}  // namespace acceld::policy
