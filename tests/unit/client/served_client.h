// ServedClient: a test's client, on a bus of its own where FakeAcceld answers.
// Tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "base/document.h"
#include "base/result.h"
#include "client/client.h"
#include "tests/support/fake_acceld.h"
#include "tests/support/private_bus.h"

namespace acceld::client {

class ServedClient : public ::testing::Test {
 protected:
  void SetUp() override {
    auto bus = testing::PrivateBus::Start();
    ASSERT_TRUE(bus) << bus.error().message;
    bus_ = *std::move(bus);
  }
  void Serve(testing::FakeAcceld::Answers answers = {}) {
    acceld_ = std::make_unique<testing::FakeAcceld>(bus_->address(),
                                                    std::move(answers));
  }
  Result<Client> Connect() { return Client::Connect({bus_->address()}); }

  // FakeAcceld answers whatever is asked for.
  static Document Pipeline() {
    return Document::Object{{"stages", Document::Array{}}};
  }

  std::unique_ptr<testing::PrivateBus> bus_;
  std::unique_ptr<testing::FakeAcceld> acceld_;
};

}  // namespace acceld::client
