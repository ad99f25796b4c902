#include "integrations/slurm/spank/task_lease.h"

#include <fcntl.h>

#include "base/document.h"
#include "base/json.h"
#include "client/client.h"
#include "client/lease_environment.h"
#include "client/mount_namespace.h"

namespace acceld::slurm {

int FirstFreeNumber(int count) {
  int first = client::kFirstHandedFd;
  for (int fd = first; fd < first + count; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) first = fd + 1;
  }
  return first;
}

Result<Variables> LeaseForTask(const std::string& pipeline,
                               const std::string& bus, bool has_own_mounts) {
  ACCELD_TRY(const Document document, ParseJson(pipeline));
  if (client::WantsPaths(document) && !has_own_mounts) {
    return Fail(ErrorCode::kUnsupported,
                "a stage wants a path, and the task has no mount namespace of "
                "its own");
  }
  ACCELD_TRY(client::Client client, client::Client::Connect({.bus = bus}));
  ACCELD_TRY(const client::Lease lease, client.Acquire(document));
  const int first =
      FirstFreeNumber(static_cast<int>(lease.grants().size()) + 1);
  client::LeaseEnvironment environment = client::EnvironmentOf(
      lease.path(), lease.session_fd(), lease.grants(), first);
  ACCELD_TRY_VOID(client::PlaceFds(environment.fds, first));
  return std::move(environment.variables);
}

}  // namespace acceld::slurm
