// What the demo did, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "client/ctl/demo_work.h"
#include "client/ctl/tool.h"

namespace acceld::ctl {

struct DemoReport {
  std::string input;  // its name
  std::size_t input_size = 0;
  std::string lease;
  bool inherited = false;  // acquired by who started this process
  Document placement;
  Packed packed;  // `file`: only its size is read
  Summed summed;
  std::vector<std::string> files;  // written, in the order of DemoFiles
};

// "78.8 MiB/s".
[[nodiscard]] std::string RateOf(std::size_t bytes,
                                 std::chrono::nanoseconds elapsed);
// "21.3 MiB".
[[nodiscard]] std::string SizeOf(std::size_t bytes);

[[nodiscard]] std::string DemoText(const Tool& tool, const DemoReport& report);
[[nodiscard]] Document DemoDocument(const DemoReport& report);

}  // namespace acceld::ctl
