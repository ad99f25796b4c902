#include "integrations/kubernetes/dra/api_endpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "base/unique_fd.h"

namespace acceld::dra {
namespace {

constexpr std::size_t kMaxTokenBytes = 65536;

// Always kIo: "not found" is for what the server does not have.
Error TokenFault(const std::string& path, int sys_errno) {
  Error error = ErrnoError("the token " + path, sys_errno);
  error.code = ErrorCode::kIo;
  return error;
}

}  // namespace

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
