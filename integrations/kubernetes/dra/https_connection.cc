#include "integrations/kubernetes/dra/https_connection.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/unique_fd.h"
#include "integrations/kubernetes/dra/api_answer.h"

namespace acceld::dra {
namespace {

constexpr std::size_t kMaxTokenBytes = 65536;
constexpr long kTooMany = 429;
constexpr long kUnavailable = 503;

struct FreeHandle {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeList>;

// libcurl wants it once and before threads use it.
void InitializeOnce() {
  static const CURLcode kDone = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)kDone;
}

// Always kIo: "not found" is for what the server does not have.
Error TokenFault(const std::string& path, int sys_errno) {
  Error error = ErrnoError("the token " + path, sys_errno);
  error.code = ErrorCode::kIo;
  return error;
}

// A token as it stands in a header: one line of printable characters.
Result<std::string> ReadToken(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return Fail(TokenFault(path, errno));
  std::string token;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t got = ::read(file.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(TokenFault(path, errno));
    if (got == 0) break;
    token.append(part.data(), static_cast<std::size_t>(got));
    if (token.size() > kMaxTokenBytes) {
      return Fail(ErrorCode::kIo, path + " is too long for a token");
    }
  }
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) {
    token.pop_back();
  }
  const bool is_fine =
      !token.empty() && std::all_of(token.begin(), token.end(),
                                    [](char c) { return c > ' ' && c <= '~'; });
  if (is_fine) return token;
  return Fail(ErrorCode::kIo, path + " does not hold a token");
}

struct Answer {
  std::string body;
  std::size_t limit = 0;
  bool too_long = false;
};

extern "C" std::size_t TakePart(char* data, std::size_t size, std::size_t count,
                                void* user) {
  auto* answer = static_cast<Answer*>(user);
  const std::size_t bytes = size * count;
  if (answer->body.size() + bytes > answer->limit) {
    answer->too_long = true;
    return 0;  // ends the call
  }
  answer->body.append(data, bytes);
  return bytes;
}

extern "C" int IsStopped(void* user, curl_off_t, curl_off_t, curl_off_t,
                         curl_off_t) {
  return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

Error FaultOf(CURLcode code, const char* detail, const Answer& answer) {
  std::string message = "the API server: ";
  if (answer.too_long) {
    return {ErrorCode::kCorruptInput, message + "its answer is too long", 0};
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return {ErrorCode::kUnavailable, message + "the program ends", 0};
  }
  message += *detail != '\0' ? detail : ::curl_easy_strerror(code);
  return {code == CURLE_OPERATION_TIMEDOUT ? ErrorCode::kDeadline
                                           : ErrorCode::kUnavailable,
          std::move(message), 0};
}

// What every call has: a verified server, bounds, no detours.
void SetUp(CURL* curl, const ApiEndpoint& endpoint,
           const HttpsConnection::Limits& limits) {
  (void)::curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  (void)::curl_easy_setopt(curl, CURLOPT_PROXY, "");  // whatever is set
  (void)::curl_easy_setopt(curl, CURLOPT_CAINFO, endpoint.ca_file.c_str());
  (void)::curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  // The kubelet renews the file; kept, it would be for a day.
  (void)::curl_easy_setopt(curl, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  (void)::curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  (void)::curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  (void)::curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  (void)::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  (void)::curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  (void)::curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                           static_cast<long>(limits.connect.count()));
  (void)::curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                           static_cast<long>(limits.call.count()));
}

Headers MakeHeaders(const std::string& token) {
  Headers headers;
  const std::string authorization = "Authorization: Bearer " + token;
  for (const char* line : {authorization.c_str(), "Accept: application/json",
                           "Content-Type: application/json",
                           "User-Agent: acceld-dra-plugin", "Expect:"}) {
    headers.reset(::curl_slist_append(headers.release(), line));
  }
  return headers;
}

}  // namespace

Result<ApiEndpoint> InClusterEndpoint(
    const std::function<const char*(const char*)>& environment,
    const std::string& account) {
  const char* host = environment("KUBERNETES_SERVICE_HOST");
  const char* port = environment("KUBERNETES_SERVICE_PORT");
  if (host == nullptr || port == nullptr || *host == '\0' || *port == '\0') {
    return Fail(ErrorCode::kUnavailable,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not "
                "set: this is no pod");
  }
  std::string name = host;
  if (name.find(':') != std::string::npos) name = "[" + name + "]";  // IPv6
  return ApiEndpoint{"https://" + name + ":" + port, account + "/ca.crt",
                     account + "/token"};
}

// Keeps what is connected, for the next call.
struct HttpsConnection::Handles {
  std::mutex mutex;
  std::vector<Handle> idle;

  Handle Take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return Handle(::curl_easy_init());
    Handle handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }
  void Give(Handle handle) {
    constexpr std::size_t kMostIdle = 4;
    const std::lock_guard lock(mutex);
    if (idle.size() < kMostIdle) idle.push_back(std::move(handle));
  }
};

HttpsConnection::HttpsConnection(ApiEndpoint endpoint, Limits limits)
    : endpoint_(std::move(endpoint)),
      limits_(limits),
      handles_(std::make_unique<Handles>()) {
  InitializeOnce();
}

HttpsConnection::~HttpsConnection() = default;

void HttpsConnection::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  woken_.notify_all();
}

bool HttpsConnection::Sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !woken_.wait_for(lock, time, [&] { return stopped_.load(); });
}

Result<Document> HttpsConnection::Call(const std::string& method,
                                       const std::string& path,
                                       const std::optional<Document>& body) {
  const std::string sent = body ? PrintJson(*body) : std::string();
  std::chrono::milliseconds waited{0};
  for (;;) {
    ACCELD_TRY(Reply reply, CallOnce({method, path, body ? &sent : nullptr}));
    const bool is_later =
        reply.later > std::chrono::milliseconds(0) &&
        (reply.status == kTooMany || reply.status == kUnavailable);
    if (!is_later || waited + reply.later > limits_.later) {
      return ReadAnswer(reply.status, reply.body);
    }
    waited += reply.later;
    if (!Sleep(reply.later)) {
      return Fail(ErrorCode::kUnavailable, "the API server: the program ends");
    }
  }
}

Result<HttpsConnection::Reply> HttpsConnection::CallOnce(
    const Request& request) {
  ACCELD_TRY(const std::string token, ReadToken(endpoint_.token_file));
  Handle handle = handles_->Take();
  if (handle == nullptr) {
    return Fail(ErrorCode::kNoMemory, "no memory for an HTTPS call");
  }
  CURL* curl = handle.get();
  ::curl_easy_reset(curl);  // its connections stay
  SetUp(curl, endpoint_, limits_);
  const Headers headers = MakeHeaders(token);
  std::array<char, CURL_ERROR_SIZE> detail{};
  Answer answer{.body = {}, .limit = limits_.answer_bytes};
  const std::string url = endpoint_.url + request.path;
  (void)::curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  (void)::curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  (void)::curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  (void)::curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail.data());
  (void)::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &TakePart);
  (void)::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  (void)::curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  (void)::curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &IsStopped);
  (void)::curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopped_);
  if (request.body != nullptr) {
    (void)::curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body->data());
    (void)::curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(request.body->size()));
  }
  const CURLcode code = ::curl_easy_perform(curl);
  if (code != CURLE_OK) return Fail(FaultOf(code, detail.data(), answer));
  Reply reply;
  curl_off_t later = 0;  // seconds
  (void)::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  (void)::curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &later);
  reply.later = std::chrono::seconds(std::clamp<curl_off_t>(later, 0, 3'600));
  reply.body = std::move(answer.body);
  handles_->Give(std::move(handle));
  return reply;
}

}  // namespace acceld::dra
