// TarMaker: archives of a test's own making, sound and hostile.
// Single-threaded; a call that fails fails the test through GoogleTest.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace acceld::testing {

class TarMaker {
 public:
  TarMaker& File(std::string_view name, std::string_view bytes,
                 mode_t mode = 0644);
  TarMaker& Directory(std::string_view name);
  TarMaker& Link(std::string_view name, std::string_view text);
  TarMaker& HardLink(std::string_view name, std::string_view target);
  // Of any type: S_IFIFO, S_IFCHR, ...
  TarMaker& Node(std::string_view name, mode_t type);

  // The archive; `filter` as libarchive names it ("zstd", "xz", "none").
  [[nodiscard]] std::string Bytes(const char* filter = "none") const;

 private:
  struct Item {
    std::string name;
    mode_t mode;  // with the type
    std::string text;
    bool hard = false;
  };
  std::vector<Item> items_;
};

}  // namespace acceld::testing
