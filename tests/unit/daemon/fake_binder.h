// FakeBinder: binds a memory file for every device, as the test tells it, and
// writes down what is done to its bindings. Tests only.
#pragma once

#include <sys/mman.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/grant/binder.h"

namespace acceld::testing {

class FakeBinder final : public daemon::Binder {
 public:
  // On a solver thread.
  [[nodiscard]] Result<daemon::Bound> Bind(
      const daemon::BindRequest& request) override {
    const std::lock_guard lock(mutex_);
    asked.push_back(request.stage.name + std::to_string(request.replica));
    grantee = request.grantee.user;
    if (on_bind) on_bind();
    if (static_cast<int>(asked.size()) == fails_at) {
      return Fail(ErrorCode::kDeviceGone, "gone");
    }
    daemon::Bound bound;
    bound.binding = std::make_unique<FakeBinding>(*this, asked.back());
    api::Grant grant;
    grant.stage = request.stage.name;
    grant.replica = request.replica;
    grant.device = request.topology.vertex(request.device).key;
    grant.kind = "fd";
    grant.fd = UniqueFd(::memfd_create("device", MFD_CLOEXEC));
    bound.grants.push_back(std::move(grant));
    ++held;
    return bound;
  }

  std::function<void()> on_bind;
  int fails_at = 0;                      // which call fails; 0: none
  std::vector<daemon::Holder> holders;   // of every device
  std::optional<Error> restore_failure;  // of every Restore()
  // What happened: "draw0", then "revoke draw0", ...
  std::vector<std::string> asked;
  std::vector<std::string> done;
  uid_t grantee = 0;
  int held = 0;

 private:
  class FakeBinding final : public daemon::Binding {
   public:
    FakeBinding(FakeBinder& binder, std::string name)
        : binder_(binder), name_(std::move(name)) {}
    ~FakeBinding() override { --binder_.held; }
    void Revoke() noexcept override {
      binder_.done.push_back("revoke " + name_);
    }
    [[nodiscard]] Result<std::vector<daemon::Holder>> FindHolders() override {
      return binder_.holders;
    }
    [[nodiscard]] Status Restore() override {
      if (binder_.restore_failure) return Fail(*binder_.restore_failure);
      binder_.done.push_back("restore " + name_);
      return {};
    }

   private:
    FakeBinder& binder_;
    std::string name_;
  };
  std::mutex mutex_;
};

}  // namespace acceld::testing
