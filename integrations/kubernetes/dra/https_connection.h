// HttpsConnection: calls to the Kubernetes API server with the service account
// of this pod. The server's certificate is always verified, against the CA of
// the cluster alone; the token is read again for each call, for the kubelet
// renews it. libcurl stays inside. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/document.h"
#include "base/result.h"
#include "integrations/kubernetes/dra/api_answer.h"
#include "integrations/kubernetes/dra/api_endpoint.h"

namespace acceld::dra {

class HttpsConnection {
 public:
  struct Limits {
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds call{15'000};
    // Of what a server that is overloaded asks to wait, all together.
    std::chrono::milliseconds later{10'000};
    std::size_t answer_bytes = kMaxAnswerBytes;
  };

  explicit HttpsConnection(ApiEndpoint endpoint)
      : HttpsConnection(std::move(endpoint), Limits()) {}
  HttpsConnection(ApiEndpoint endpoint, Limits limits);
  ~HttpsConnection();
  HttpsConnection(const HttpsConnection&) = delete;
  HttpsConnection& operator=(const HttpsConnection&) = delete;

  // `method`: "GET", "POST", "PUT" or "DELETE"; `path` begins with '/'. One
  // that is answered "not now, but in N seconds" (429 and 503 with Retry-After)
  // is made again then, as long as that is within the limits. Errors: those of
  // ReadAnswer() (a redirection is kUnavailable, and not followed),
  // kUnavailable (no connection, no such certificate), kDeadline,
  // kCorruptInput (too much), kIo (the token).
  [[nodiscard]] Result<Document> Call(
      const std::string& method, const std::string& path,
      const std::optional<Document>& body = std::nullopt);
  // GETs `path`, which the server answers with one JSON object after the other,
  // a line each, as long as it likes: calls `take` with each. What says nothing
  // for 150 s, where a server sends bookmarks once a minute, is over. Errors:
  // those of Call(), and kCorruptInput (a line that is no object, or too long).
  [[nodiscard]] Status Follow(const std::string& path,
                              const std::function<void(const Document&)>& take);
  // Cuts calls short (kUnavailable), those in progress within a second, for
  // good: the program ends.
  void Stop();

 private:
  struct Handles;
  struct Request {
    const std::string& method;
    const std::string& path;
    const std::string* body;  // null: none
  };
  struct Reply {
    long status = 0;
    std::chrono::milliseconds later{0};  // Retry-After; 0: not said
    std::string body;
  };
  [[nodiscard]] Result<Reply> CallOnce(const Request& request);
  struct Exchange;  // what a call lends to libcurl
  [[nodiscard]] Status Prepare(const std::string& path, Exchange& exchange);
  // False where it was stopped meanwhile.
  [[nodiscard]] bool Sleep(std::chrono::milliseconds time);
  ApiEndpoint endpoint_;
  Limits limits_;
  std::unique_ptr<Handles> handles_;  // those of no call now
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;  // of who sleeps
  std::condition_variable woken_;
};

}  // namespace acceld::dra
