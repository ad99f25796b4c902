#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "client/exit_code.h"
#include "client/signals.h"
#include "client/topo/commands/commands.h"
#include "client/topo/live_machine.h"
#include "client/topo/tool.h"
#include "client/topo/watch_text.h"

namespace acceld::topo {
namespace {

// "2026-03-01T11:42:03.123+0100"
std::string TimeNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm local{};
  (void)::localtime_r(&seconds, &local);
  std::array<char, 32> date{};
  std::array<char, 8> zone{};
  (void)std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &local);
  (void)std::strftime(zone.data(), zone.size(), "%z", &local);
  std::array<char, 8> fraction{};
  (void)std::snprintf(fraction.data(), fraction.size(), ".%03d",
                      static_cast<int>(milliseconds % 1000));
  return std::string(date.data()) + fraction.data() + zone.data();
}

Status Print(const Tool& tool, const Machine& before, const Machine& after) {
  const graph::Diff diff = graph::DiffOf(*before.topology, *after.topology);
  const std::string time = TimeNow();
  if (!tool.json) {
    return tool.Write(WatchText(time, before, after, diff, tool.look));
  }
  std::string lines;
  for (const Document& one : WatchDocuments(time, diff)) {
    lines.append(PrintJson(one)).append("\n");
  }
  return tool.Write(lines);
}

// Waits until a signal or the machine wants something.
Status Wait(const client::Signals& signals, const LiveMachine& live,
            const Clock& clock) {
  std::array<pollfd, 2> fds{pollfd{signals.fd(), POLLIN, 0},
                            pollfd{live.fd(), POLLIN, 0}};
  int timeout = -1;
  if (const auto due = live.due()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*due - clock.Now());
    timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }
  if (::poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) {
    return FailErrno("wait for changes", errno);
  }
  return {};
}

Result<int> Watch(const Tool& tool) {
  // SIGINT ends it as asked for, between two lines.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGINT, SIGTERM}));
  const SteadyClock clock;
  std::string notice;
  auto followed = Follow(tool.source, clock, &notice);
  if (!notice.empty()) tool.Note(notice);
  if (!followed) return Fail(std::move(followed.error()));
  LiveMachine& live = **followed;
  tool.Note("watching " + live.machine().origin + "; Ctrl-C ends");
  while (!signals.Next()) {
    const Machine before = live.machine();
    ACCELD_TRY(const LiveMachine::News news, live.Next());
    if (!news.notice.empty()) tool.Note(news.notice);
    if (news.machine) {
      ACCELD_TRY_VOID(Print(tool, before, *news.machine));
    }
    ACCELD_TRY_VOID(Wait(signals, live, clock));
  }
  return static_cast<int>(client::ExitCode::kSuccess);
}

}  // namespace

Runner DeclareWatch(CLI::App& app) {
  app.footer(
      "One line a change: time, + (came), - (went) or ~ (is different), key, "
      "what.\n"
      "Examples:\n"
      "  accel-topo watch                   what acceld sees come and go\n"
      "  accel-topo watch --direct          the same without acceld\n"
      "  accel-topo watch --json | jq .key  one JSON object a line");
  return Watch;
}

}  // namespace acceld::topo
