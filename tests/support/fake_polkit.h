// FakePolkit: an authority as org.freedesktop.PolicyKit1 on a bus of the
// test's own, for what no test machine has: administrators who type passwords.
// Answers on a thread of its own. Tests only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace acceld::testing {

class FakePolkit {
 public:
  enum class Behaviour { kGrants, kRefuses, kChallenges, kHangs, kFails };
  struct Asked {
    std::string subject_kind;
    std::string name;  // of the subject
    std::string action;
    std::uint32_t flags = 0;
  };

  FakePolkit(const std::string& address, Behaviour behaviour)
      : behaviour_(behaviour),
        connection_(sdbus::createSessionBusConnectionWithAddress(address)),
        object_(sdbus::createObject(*connection_,
                                    "/org/freedesktop/PolicyKit1/Authority")) {
    const std::string interface = "org.freedesktop.PolicyKit1.Authority";
    object_->registerMethod("CheckAuthorization")
        .onInterface(interface)
        .implementedAs([this](Reply&& reply, const Subject& subject,
                              const std::string& action,
                              const std::map<std::string, std::string>&,
                              std::uint32_t flags, const std::string&) {
          Check(std::move(reply), subject, action, flags);
        });
    object_->registerMethod("CancelCheckAuthorization")
        .onInterface(interface)
        .implementedAs([this](const std::string&) { ++cancelled_; });
    object_->finishRegistration();
    connection_->requestName("org.freedesktop.PolicyKit1");
    connection_->enterEventLoopAsync();
  }
  ~FakePolkit() {
    connection_->leaveEventLoop();
    hanging_.clear();  // they need the connection
  }

  [[nodiscard]] std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] int cancelled() const { return cancelled_; }

 private:
  using Outcome = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;
  using Reply = sdbus::Result<Outcome>;
  using Subject =
      sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;

  void Check(Reply&& reply, const Subject& subject, const std::string& action,
             std::uint32_t flags) {
    const std::lock_guard lock(mutex_);
    auto details = subject.get<1>();
    asked_.push_back(
        {subject.get<0>(), details["name"].get<std::string>(), action, flags});
    if (behaviour_ == Behaviour::kHangs) {
      hanging_.push_back(std::move(reply));
    } else if (behaviour_ == Behaviour::kFails) {
      reply.returnError(sdbus::Error("org.freedesktop.PolicyKit1.Error.Failed",
                                     "no such action"));
    } else {
      reply.returnResults(Outcome{behaviour_ == Behaviour::kGrants,
                                  behaviour_ == Behaviour::kChallenges,
                                  {}});
    }
  }

  const Behaviour behaviour_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;    // guarded by mutex_
  std::vector<Reply> hanging_;  // guarded by mutex_
  std::atomic<int> cancelled_{0};
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> object_;
};

}  // namespace acceld::testing
