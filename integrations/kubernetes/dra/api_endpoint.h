// Where a pod finds the Kubernetes API server, and what it has to show there.
// Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

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

// What is in a token's file now, as it stands in a header: one line of
// printable characters. Errors: kIo, whatever is wrong with it.
[[nodiscard]] Result<std::string> ReadToken(const std::string& path);

}  // namespace acceld::dra
