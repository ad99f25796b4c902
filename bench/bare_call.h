// The floor of what a grant costs: a D-Bus service whose only method returns 4
// descriptors, and a client of it and of acceld. Benchmarks only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/wire.h"
#include "base/unique_fd.h"

namespace sdbus {
class IConnection;
class IObject;
class IProxy;
}  // namespace sdbus

namespace acceld::bench {

using Microseconds = double;

// Opens nothing but /dev/null and decides nothing. Serves on a thread.
class BareService {
 public:
  explicit BareService(const std::string& address);
  ~BareService();

 private:
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> object_;
};

class Caller {
 public:
  explicit Caller(const std::string& address);
  ~Caller();

  Microseconds CallBare();
  // The call and the receipt of its descriptors, which must be `count`; not the
  // release, which follows. Ends the program where it fails.
  Microseconds Acquire(const api::WireDocument& pipeline, std::size_t count);

 private:
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IProxy> bare_;
  std::unique_ptr<sdbus::IProxy> manager_;
};

struct Summary {
  Microseconds median;
  Microseconds p99;
};
[[nodiscard]] Summary Summarise(std::vector<Microseconds> times);

}  // namespace acceld::bench
