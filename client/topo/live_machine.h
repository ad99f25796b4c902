// LiveMachine: a machine that is followed as it changes, by asking acceld
// whenever it says so, or by the kernel's own uevents.
// For a loop of the caller's; single-threaded.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "client/topo/machine.h"

namespace acceld::topo {

class LiveMachine {
 public:
  virtual ~LiveMachine() = default;

  // The machine as of the last Next(), or of the start.
  [[nodiscard]] virtual const Machine& machine() const = 0;
  // Readable when Next() is to be called.
  [[nodiscard]] virtual int fd() const = 0;
  // When it is to be called all the same; nothing: only then.
  [[nodiscard]] virtual std::optional<SteadyTime> due() const = 0;

  struct News {
    std::optional<Machine> machine;  // as it is now, where it may have changed
    std::string notice;              // for people; empty: none
  };
  // Does not block for long. Errors: kUnavailable (the bus is gone), and what
  // acceld answers.
  [[nodiscard]] virtual Result<News> Next() = 0;
};

// Without options, asks acceld; where none answers, follows this machine
// itself and puts one line about it into `*notice`, as LoadMachine.
// Requires: no thread was started (hwloc). `clock` must outlive it.
// Errors: those of LoadMachine; kUnsupported for a described machine;
// those of probes::UeventMonitor.
[[nodiscard]] Result<std::unique_ptr<LiveMachine>> Follow(
    const SourceOptions& options, const Clock& clock, std::string* notice);

}  // namespace acceld::topo
