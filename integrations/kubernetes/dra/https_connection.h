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

namespace acceld::dra {

// Where the API server is and how to speak to it.
struct ApiEndpoint {
  std::string url;         // "https://10.96.0.1:443"
  std::string ca_file;     // PEM
  std::string token_file;  // of a service account
};

// What Kubernetes puts into every pod: the environment's address and the files
// in `account`. `environment` is getenv. Errors: kUnavailable (not in a pod).
[[nodiscard]] Result<ApiEndpoint> InClusterEndpoint(
    const std::function<const char*(const char*)>& environment,
    const std::string& account =
        "/var/run/secrets/kubernetes.io/serviceaccount");

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
