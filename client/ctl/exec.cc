#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "client/client.h"
#include "client/ctl/child.h"
#include "client/ctl/commands.h"
#include "client/lease_environment.h"

namespace acceld::ctl {

Status Exec(const Tool& /*tool*/, const std::vector<std::string>& command) {
  ACCELD_TRY(const client::Lease lease, client::Lease::Inherited());
  if (!lease.socket().empty() && lease.grants().empty()) {
    (void)std::fputs(
        "accelctl: there are no descriptors of the lease for this process: "
        "those of its socket went to who connected first, or it has none. Who "
        "starts again needs a lease of its own ('accelctl run')\n",
        stderr);
  }
  Child child;
  child.command = command;
  child.lease =
      client::EnvironmentOf(lease.path(), lease.session_fd(), lease.grants());
  (void)::sigprocmask(SIG_BLOCK, nullptr, &child.signal_mask);  // as it is
  Become(child);
}

}  // namespace acceld::ctl
