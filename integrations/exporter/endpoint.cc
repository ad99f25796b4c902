#include "integrations/exporter/endpoint.h"

#include <prometheus/exposer.h>

#include <exception>
#include <utility>

namespace acceld::exporter {
namespace {

// Who connects and says nothing, or too slowly, holds a thread for
// kRequestPatienceMs. With as many as the threads and the library's queue (20)
// hold, a scrape waits for five seconds, half of what Prometheus does.
constexpr const char* kThreads = "16";
constexpr const char* kRequestPatienceMs = "2000";
constexpr const char* kRealm = "accel-exporter";

}  // namespace

Endpoint::Endpoint(std::unique_ptr<prometheus::Exposer> exposer,
                   std::shared_ptr<prometheus::Collectable> collectable)
    : collectable_(std::move(collectable)), exposer_(std::move(exposer)) {}

Endpoint::~Endpoint() = default;

Result<std::unique_ptr<Endpoint>> Endpoint::Open(
    const std::string& listen,
    std::shared_ptr<prometheus::Collectable> collectable,
    std::optional<Password> password) {
  // The library reports what fails by exceptions; they end here.
  try {
    auto exposer =
        std::make_unique<prometheus::Exposer>(std::vector<std::string>{
            "listening_ports", listen, "num_threads", kThreads,
            "request_timeout_ms", kRequestPatienceMs});
    // Before there is anything to read.
    if (password) {
      exposer->RegisterAuth(
          [known = *std::move(password)](const std::string& user,
                                         const std::string& given) {
            return known.Admits(user, given);
          },
          kRealm);
    }
    exposer->RegisterCollectable(collectable);
    return std::unique_ptr<Endpoint>(
        new Endpoint(std::move(exposer), std::move(collectable)));
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kUnavailable,
                "cannot listen on " + listen + " (" + error.what() + ")");
  }
}

std::vector<int> Endpoint::ports() const {
  return exposer_->GetListeningPorts();
}

}  // namespace acceld::exporter
