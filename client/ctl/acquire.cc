#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "client/ctl/commands.h"
#include "client/ctl/grant_text.h"
#include "client/ctl/placement_text.h"
#include "client/ctl/refusal_text.h"
#include "client/grants_document.h"
#include "client/pipeline_file.h"
#include "client/signals.h"

namespace acceld::ctl {
namespace {

// Whether standard input has come to its end; what is typed is dropped.
bool InputEnded() {
  std::array<char, 4096> dropped{};
  const ssize_t got = ::read(STDIN_FILENO, dropped.data(), dropped.size());
  return got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
}

// Waits for a signal, for the end of input where `until_eof`, or for the end
// of the lease. Errors: kDeviceGone (it ended, or was revoked).
Status Hold(client::Lease& lease, const client::Signals& signals,
            bool until_eof) {
  std::array<pollfd, 3> polled{{
      {signals.fd(), POLLIN, 0},
      {lease.session_fd(), POLLIN, 0},
      {until_eof ? STDIN_FILENO : -1, POLLIN, 0},
  }};
  for (;;) {
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return FailErrno("wait", errno);
    }
    if (polled[0].revents != 0) return {};
    if (polled[1].revents != 0) {
      const auto news = lease.WaitForNews();
      if (!news) {
        return Fail(ErrorCode::kDeviceGone,
                    "the lease ended: somebody released it, or acceld stopped");
      }
      if (news->type == api::SessionMessage::Type::kRevoked) {
        return Fail(ErrorCode::kDeviceGone, "revoked: " + news->reason);
      }
    }
    if (polled[2].revents != 0 && InputEnded()) return {};
  }
}

void ShowLease(const Tool& tool, const client::Lease& lease) {
  if (tool.json) {
    PrintDocument(
        Document::Object{{"lease", lease.path()},
                         {"placement", lease.placement()},
                         {"grants", client::GrantsDocument(lease.grants())}});
    return;
  }
  Print(Bold(tool, lease.path()) + "\n" + PlacementSummary(lease.placement()) +
        "\n\n" + GrantsTable(lease.grants()));
}

}  // namespace

Status Acquire(const Tool& tool, const std::string& file) {
  ACCELD_TRY(const Document pipeline, client::ReadPipelineFile(file));
  ACCELD_TRY(client::Client client, tool.Connect());
  Document refusal;
  auto acquired = client.Acquire(pipeline, tool.json ? &refusal : nullptr);
  if (!acquired) {
    PrintRefusal(refusal);
    return Fail(std::move(acquired.error()));
  }
  client::Lease lease = *std::move(acquired);
  // A signal before this ends the process, and the lease with it.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGINT, SIGTERM, SIGHUP}));
  ShowLease(tool, lease);
  const bool until_eof = file != "-";
  if (!tool.json) {
    Print(until_eof ? "\nheld until Ctrl-C or the end of input\n"
                    : "\nheld until Ctrl-C\n");
  }
  ACCELD_TRY_VOID(Hold(lease, signals, until_eof));
  ACCELD_TRY_VOID(lease.Release());
  if (!tool.json) Print("released\n");
  return {};
}

}  // namespace acceld::ctl
