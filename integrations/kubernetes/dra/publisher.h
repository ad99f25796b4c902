// Publisher: keeps the slices of this node at the API server as the machine is.
// Whatever happened to them meanwhile (another instance of the plugin, the
// kubelet that removed them, an administrator), the next Reconcile() puts them
// right. For one thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/document.h"
#include "base/result.h"
#include "integrations/kubernetes/dra/kubernetes_api.h"
#include "integrations/kubernetes/dra/pool.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

// Whether `there`, as a server gave it, says what `wanted` does: the order of
// members, the pool's generation and the times of taints aside.
[[nodiscard]] bool SaysTheSame(const Document& there, const Document& wanted);

class Publisher {
 public:
  struct Outcome {
    std::size_t written = 0;  // slices created or updated
    std::size_t deleted = 0;
  };

  // `api` must outlive it.
  Publisher(KubernetesApi& api, Release release, NodeIdentity node)
      : api_(api), release_(std::move(release)), node_(std::move(node)) {}

  // Makes the server's slices those of `pool`: all of them anew, in the next
  // generation, where one differs; what is none of them is deleted. Errors:
  // kStale (somebody else writes them now: again, at once), those of the API.
  [[nodiscard]] Result<Outcome> Reconcile(const Pool& pool);

 private:
  // What the server made of what was written: it may have dropped fields that
  // are switched off there, which is no reason to write them again.
  struct Written {
    std::string resource_version;
    Document spec;
  };
  [[nodiscard]] bool Stands(const Document& there, const Document& wanted);
  [[nodiscard]] Status Write(Document wanted, const Document* there);

  KubernetesApi& api_;
  Release release_;
  NodeIdentity node_;
  std::map<std::string, Written> written_;  // by name
};

}  // namespace acceld::dra
