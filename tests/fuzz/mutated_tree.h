// MutatedTree: recorded trees that a fuzzer spoils. A small sound machine of
// each kind is made once; an input says which one, and what to do to which of
// its files; afterwards the machine is as it was.
//
// Single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/sys_tree.h"

namespace acceld::testing {

class MutatedTree {
 public:
  // `tree` is a sound machine and must outlive this.
  explicit MutatedTree(const SysTree& tree);

  // Spoils the tree as the bytes say:
  //   operation (1), file (2, little-endian, modulo the files that there are),
  //   then what the operation takes: a byte, or a byte for a length and that
  //   many bytes.
  // Unknown operations and missing bytes end it. At most kMostSteps.
  void Apply(const std::uint8_t* data, std::size_t size);
  // Puts everything back.
  void Restore();

 private:
  static constexpr int kMostSteps = 24;

  // One name as it was before it was touched.
  struct Saved {
    std::string path;
    std::string aside;  // where it is kept; empty: it was not there
  };

  void PutAside(const std::string& path);
  [[nodiscard]] const std::string& PathAt(std::size_t index) const {
    return paths_[index % paths_.size()];
  }

  std::string directory_;
  std::string aside_;               // a directory beside, for what is replaced
  std::vector<std::string> paths_;  // absolute: files, links, directories
  std::vector<Saved> saved_;
};

}  // namespace acceld::testing
