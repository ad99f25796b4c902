// Fixture: a private bus, a real acceld on it, and a client.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/json.h"
#include "client/client.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/private_bus.h"

namespace acceld::testing {

// Waits, within bounds, until `holds` does. Whoever is to bring that about has
// the processor meanwhile.
template <typename Condition>
bool Eventually(Condition holds) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

class ServedMachine : public ::testing::Test {
 protected:
  void Serve(std::vector<std::string> arguments = {},
             std::string_view bus_config = kOpenPolicy) {
    auto bus = PrivateBus::Start(bus_config);
    ASSERT_TRUE(bus) << bus.error().message;
    bus_ = *std::move(bus);
    auto daemon = RunningDaemon::Start(bus_->address(), std::move(arguments));
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_ = *std::move(daemon);
  }

  // A connection of its own.
  [[nodiscard]] client::Client Connect() const {
    auto client = client::Client::Connect({.bus = bus_->address()});
    EXPECT_TRUE(client) << client.error().message;
    return *std::move(client);
  }

  [[nodiscard]] static Document Json(std::string_view text) {
    auto document = ParseJson(text);
    EXPECT_TRUE(document) << document.error().message;
    return document ? *std::move(document) : Document();
  }

  [[nodiscard]] static std::size_t CountLeases(client::Client& client) {
    auto leases = client.ListLeases();
    EXPECT_TRUE(leases) << leases.error().message;
    return leases ? leases->AsArray()->size() : 0;
  }

  std::unique_ptr<PrivateBus> bus_;
  std::unique_ptr<RunningDaemon> daemon_;
};

// compress -> digest with a buffer between them.
inline constexpr std::string_view kCompressDigest = R"({
  "stages": [{"name": "pack", "function": "compress/deflate"},
             {"name": "sum", "function": "digest/sha256"}],
  "links": [{"from": "host", "to": "pack"},
            {"from": "pack", "to": "sum", "traffic": "2GB/s",
             "buffer": {"size": "4MiB"}},
            {"from": "sum", "to": "host", "traffic": "1MB/s"}]})";

}  // namespace acceld::testing
