#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace acceld {

void CheckFailed(const char* condition, const char* file, int line) {
  (void)std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line,
                     condition);
  std::abort();
}

}  // namespace acceld
