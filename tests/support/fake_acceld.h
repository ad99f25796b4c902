// An org.acceld1 on a private bus that says what a test wants it to say; for
// tests of the client library. It decides nothing: no placement, no policy.
//
// The callbacks run on its own event-loop thread.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/wire.h"
#include "base/document.h"
#include "base/unique_fd.h"

namespace acceld::testing {

inline constexpr const char* kFakeLease = "/org/acceld1/lease/0badcafe";

class FakeAcceld {
 public:
  struct Answers {
    // Placement of Acquire and Plan, from the request. May throw sdbus::Error.
    std::function<Document(const Document& pipeline)> place =
        [](const Document& pipeline) { return pipeline; };
    // Sends grants on the daemon's end of the session socket before the reply.
    std::function<void(int session)> grant = [](int) {};
    // Never answers Acquire.
    bool hang = false;
  };
  struct Bound {
    std::string stage;
    Document result;
  };

  // Owns the name when it returns. Throws sdbus::Error.
  FakeAcceld(const std::string& address, Answers answers);
  // Leaves the bus.
  ~FakeAcceld();
  FakeAcceld(const FakeAcceld&) = delete;
  FakeAcceld& operator=(const FakeAcceld&) = delete;

  // Ready when an Acquire has arrived; holds the daemon's end of its session
  // socket. Of the first Acquire.
  [[nodiscard]] std::future<UniqueFd> NextSession() {
    return session_.get_future();
  }
  // Of the first ReportBound.
  [[nodiscard]] std::future<Bound> NextBound() { return bound_.get_future(); }
  [[nodiscard]] std::future<void> NextRelease() {
    return released_.get_future();
  }

 private:
  void AddManager();
  void AddLease();
  void OnAcquire(sdbus::Result<sdbus::ObjectPath, api::WireDocument>&& result,
                 const api::WireDocument& pipeline,
                 const sdbus::UnixFd& session);

  Answers answers_;
  std::promise<UniqueFd> session_;
  std::promise<Bound> bound_;
  bool is_reported_ = false;  // bound_ has its value
  std::promise<void> released_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> manager_;
  std::unique_ptr<sdbus::IObject> lease_;
  // Replies that are never sent (Answers::hang); they need the connection.
  std::vector<sdbus::Result<sdbus::ObjectPath, api::WireDocument>> unanswered_;
};

}  // namespace acceld::testing
