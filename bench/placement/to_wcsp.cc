// to_wcsp: an instance (pqap or QAPLIB) in toulbar2's format, on standard
// output.
//
//   bazel-bin/bench/placement/to_wcsp fan4.pqap > fan4.wcsp
#include <cstdio>
#include <exception>
#include <string>

#include "bench/placement/instance.h"
#include "bench/placement/wcsp.h"

namespace acceld::bench {
namespace {

Result<std::string> Convert(const std::string& file) {
  ACCELD_TRY(const Instance instance, ReadInstance(file));
  return ToWcsp(instance);
}

int Main(int argc, char** argv) {
  if (argc != 2) {
    (void)std::fputs("usage: to_wcsp FILE\n", stderr);
    return 2;
  }
  const auto text = Convert(argv[1]);
  if (!text) {
    (void)std::fprintf(stderr, "to_wcsp: %s\n", text.error().message.c_str());
    return 1;
  }
  const bool is_written =
      std::fputs(text->c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return is_written ? 0 : 1;
}

}  // namespace
}  // namespace acceld::bench

int main(int argc, char** argv) {
  try {
    return acceld::bench::Main(argc, argv);
  } catch (const std::exception& error) {  // the last resort
    (void)std::fprintf(stderr, "to_wcsp: %s\n", error.what());
    return 1;
  }
}
