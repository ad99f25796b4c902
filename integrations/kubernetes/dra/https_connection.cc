#include "integrations/kubernetes/dra/https_connection.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>
#include <vector>

#include "base/json.h"
#include "integrations/kubernetes/dra/api_answer.h"

namespace acceld::dra {
namespace {

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

bool IsSuccess(long status) { return status >= 200 && status <= 299; }

// An answer that is a JSON object a line.
struct Lines {
  CURL* curl;
  const std::function<void(const Document&)>& take;
  Answer& answer;  // what of it is no whole line yet, or why there are none
  Status status = {};
};

extern "C" std::size_t TakeLines(char* data, std::size_t size,
                                 std::size_t count, void* user) {
  auto* lines = static_cast<Lines*>(user);
  const std::size_t taken = TakePart(data, size, count, &lines->answer);
  long status = 0;
  (void)::curl_easy_getinfo(lines->curl, CURLINFO_RESPONSE_CODE, &status);
  if (!IsSuccess(status)) return taken;
  std::string& text = lines->answer.body;
  for (std::size_t end = text.find('\n'); end != std::string::npos;
       end = text.find('\n')) {
    auto object = ReadAnswer(status, std::string_view(text).substr(0, end));
    if (!object) {
      lines->status = Fail(std::move(object.error()));
      return 0;  // ends the call
    }
    lines->take(*object);
    text.erase(0, end + 1);
  }
  return taken;
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

// Outlives the call; of no use to another.
struct HttpsConnection::Exchange {
  Handle handle;
  Headers headers;
  std::string url;
  std::array<char, CURL_ERROR_SIZE> detail{};
  Answer answer;
};

// What every call has.
Status HttpsConnection::Prepare(const std::string& path, Exchange& exchange) {
  ACCELD_TRY(const std::string token, ReadToken(endpoint_.token_file));
  exchange.handle = handles_->Take();
  CURL* curl = exchange.handle.get();
  if (curl == nullptr) {
    return Fail(ErrorCode::kNoMemory, "no memory for an HTTPS call");
  }
  ::curl_easy_reset(curl);  // its connections stay
  SetUp(curl, endpoint_, limits_);
  exchange.headers = MakeHeaders(token);
  exchange.url = endpoint_.url + path;
  exchange.answer.limit = limits_.answer_bytes;
  (void)::curl_easy_setopt(curl, CURLOPT_URL, exchange.url.c_str());
  (void)::curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange.headers.get());
  (void)::curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange.detail.data());
  (void)::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &TakePart);
  (void)::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange.answer);
  (void)::curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  (void)::curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &IsStopped);
  (void)::curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopped_);
  return {};
}

Result<HttpsConnection::Reply> HttpsConnection::CallOnce(
    const Request& request) {
  Exchange exchange;
  ACCELD_TRY_VOID(Prepare(request.path, exchange));
  CURL* curl = exchange.handle.get();
  (void)::curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.body != nullptr) {
    (void)::curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body->data());
    (void)::curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(request.body->size()));
  }
  const CURLcode code = ::curl_easy_perform(curl);
  if (code != CURLE_OK) {
    return Fail(FaultOf(code, exchange.detail.data(), exchange.answer));
  }
  Reply reply;
  curl_off_t later = 0;  // seconds
  (void)::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  (void)::curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &later);
  reply.later = std::chrono::seconds(std::clamp<curl_off_t>(later, 0, 3'600));
  reply.body = std::move(exchange.answer.body);
  handles_->Give(std::move(exchange.handle));
  return reply;
}

Status HttpsConnection::Follow(
    const std::string& path, const std::function<void(const Document&)>& take) {
  constexpr long kSilence = 150;  // seconds
  Exchange exchange;
  ACCELD_TRY_VOID(Prepare(path, exchange));
  CURL* curl = exchange.handle.get();
  Lines lines{.curl = curl, .take = take, .answer = exchange.answer};
  (void)::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &TakeLines);
  (void)::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &lines);
  (void)::curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
  (void)::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  (void)::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilence);
  const CURLcode code = ::curl_easy_perform(curl);
  if (!lines.status) return lines.status;
  if (code != CURLE_OK) {
    return Fail(FaultOf(code, exchange.detail.data(), exchange.answer));
  }
  long status = 0;
  (void)::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  handles_->Give(std::move(exchange.handle));
  if (IsSuccess(status)) return {};
  return Fail(ReadAnswer(status, exchange.answer.body).error());
}

}  // namespace acceld::dra
