// KubernetesApi: what the plugin asks the API server for. Thread-safe, as the
// connection is.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "integrations/kubernetes/dra/https_connection.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

class KubernetesApi {
 public:
  // `connection` must outlive it.
  explicit KubernetesApi(HttpsConnection& connection)
      : connection_(connection) {}

  // What the server understands: its version, and the best version of
  // resource.k8s.io that both speak. Errors: kUnsupported (none), those of
  // HttpsConnection::Call.
  [[nodiscard]] Result<Release> FindRelease();
  [[nodiscard]] Result<std::string> NodeUid(const std::string& node);

  // The slices of this driver that are about `node`, whole objects.
  [[nodiscard]] Result<std::vector<Document>> ListSlices(
      const Release& release, const std::string& node);
  // Calls `changed` for each of those that there are and whenever one is made,
  // changed or removed, until the server ends that, as it does every few
  // minutes. Errors: those of HttpsConnection::Follow.
  [[nodiscard]] Status WatchSlices(const Release& release,
                                   const std::string& node,
                                   const std::function<void()>& changed);
  // Each returns what the server made of it. Errors: kStale (it exists; it
  // changed), kInvalidArgument.
  [[nodiscard]] Result<Document> CreateSlice(const Release& release,
                                             const Document& slice);
  [[nodiscard]] Result<Document> UpdateSlice(const Release& release,
                                             const std::string& name,
                                             const Document& slice);
  // That it is not there is no error.
  [[nodiscard]] Status DeleteSlice(const Release& release,
                                   const std::string& name);

  // Errors: kInvalidArgument (no such names), kNotFound.
  [[nodiscard]] Result<Document> GetClaim(const Release& release,
                                          const std::string& name_space,
                                          const std::string& name);

 private:
  HttpsConnection& connection_;
};

}  // namespace acceld::dra
