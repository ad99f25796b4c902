// accelctl cdi sync: the specs of leases, as they come and go.
#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "client/client.h"
#include "client/ctl/cdi.h"
#include "client/ctl/lease_specs.h"
#include "client/lease_watch.h"
#include "client/signals.h"
#include "integrations/cdi/spec_directory.h"

namespace acceld::ctl {
namespace {

constexpr std::size_t kMaxLine = 1000;
// After a spec that could not be written.
constexpr int kPauseMilliseconds = 1000;

void Complain(const SyncedSpecs& synced) {
  for (const std::string& line : synced.left_out) {
    (void)std::fprintf(stderr, "accelctl: no spec for %s\n",
                       Printable(line, kMaxLine).c_str());
  }
}

Result<SyncedSpecs> SyncOnce(client::Client& client, const CdiOptions& options,
                             const cdi::SpecDirectory& directory) {
  ACCELD_TRY(const Document leases,
             options.all ? client.ListAllLeases() : client.ListLeases());
  return SyncLeaseSpecs(leases, directory, options.root);
}

// Without an acceld there are no leases, whatever was there before. Returns
// whether to try again in a while.
Result<bool> Follow(const Tool& tool, const CdiOptions& options, bool is_served,
                    const cdi::SpecDirectory& directory) {
  if (!is_served) {
    ACCELD_TRY_VOID(RemoveSpecs(directory, IsLeaseSpec));
    return false;
  }
  auto client = tool.Connect();
  auto synced = client ? SyncOnce(*client, options, directory)
                       : Result<SyncedSpecs>(Fail(std::move(client.error())));
  if (!synced) {
    // It left in between: that is said next.
    if (synced.error().code == ErrorCode::kUnavailable) return false;
    return Fail(std::move(synced.error()));
  }
  Complain(*synced);
  return synced->fault.has_value();
}

Status Watch(const Tool& tool, const CdiOptions& options,
             const cdi::SpecDirectory& directory) {
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGINT, SIGTERM, SIGHUP}));
  ACCELD_TRY(client::LeaseWatch watch,
             client::LeaseWatch::Open(tool.bus, options.all));
  bool try_again = false;
  bool is_time = false;
  while (!signals.Next()) {
    ACCELD_TRY(const bool changed, watch.Next());
    if (changed || is_time) {
      is_time = false;
      ACCELD_TRY(try_again,
                 Follow(tool, options, watch.is_served(), directory));
      continue;  // more may have come meanwhile
    }
    std::array<pollfd, 2> polled{
        {{signals.fd(), POLLIN, 0}, {watch.fd(), POLLIN, 0}}};
    const int ready = ::poll(polled.data(), polled.size(),
                             try_again ? kPauseMilliseconds : -1);
    if (ready < 0 && errno != EINTR) {
      return FailErrno("wait for leases", errno);
    }
    is_time = ready == 0;
  }
  return {};
}

}  // namespace

Status CdiSync(const Tool& tool, const CdiOptions& options) {
  const std::string path =
      options.directory.empty() ? cdi::kDynamicDirectory : options.directory;
  ACCELD_TRY(const auto directory, cdi::SpecDirectory::Make(path));
  ACCELD_TRY_VOID(directory.RemoveLeftovers(kSpecPrefix));
  if (!options.watch) {
    ACCELD_TRY(client::Client client, tool.Connect());
    ACCELD_TRY(SyncedSpecs synced, SyncOnce(client, options, directory));
    Complain(synced);
    for (const std::string& name : synced.written) {
      Print(path + "/" + name + "\n");
    }
    if (synced.fault) return Fail(*std::move(synced.fault));
    return {};
  }
  Status watched = Watch(tool, options, directory);
  // Nobody would remove them when their leases end.
  ACCELD_TRY_VOID(RemoveSpecs(directory, IsLeaseSpec));
  return watched;
}

}  // namespace acceld::ctl
