#include "integrations/kubernetes/dra/api_endpoint.h"

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "client/input_file.h"

namespace acceld::dra {
namespace {

constexpr Bytes kMaxTokenBytes(65536);

}  // namespace

Result<std::string> ReadToken(const std::string& path) {
  auto read = client::ReadInput(path, kMaxTokenBytes);
  if (!read) {
    // "Not found" is for what the server does not have.
    return Fail(ErrorCode::kIo, "the token " + read.error().message);
  }
  std::string token = *std::move(read);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) {
    token.pop_back();
  }
  const bool is_fine =
      !token.empty() && std::all_of(token.begin(), token.end(),
                                    [](char c) { return c > ' ' && c <= '~'; });
  if (is_fine) return token;
  return Fail(ErrorCode::kIo, path + " does not hold a token");
}

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

}  // namespace acceld::dra
