// Endpoint: /metrics over HTTP, by prometheus-cpp. Its threads end with it.
#pragma once

#include <prometheus/collectable.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "integrations/exporter/password.h"

namespace prometheus {
class Exposer;
}  // namespace prometheus

namespace acceld::exporter {

class Endpoint {
 public:
  // Serves `collectable` on `listen` ("127.0.0.1:9730"; several with commas).
  // Errors: kUnavailable (the address is not to be had).
  [[nodiscard]] static Result<std::unique_ptr<Endpoint>> Open(
      const std::string& listen,
      std::shared_ptr<prometheus::Collectable> collectable,
      std::optional<Password> password);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  // As in `listen`; the kernel's choice where that says 0.
  [[nodiscard]] std::vector<int> ports() const;

 private:
  Endpoint(std::unique_ptr<prometheus::Exposer> exposer,
           std::shared_ptr<prometheus::Collectable> collectable);
  // The exposer has a weak one.
  std::shared_ptr<prometheus::Collectable> collectable_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace acceld::exporter
