// What every accelctl command shares: the global options, the connection, and
// the way that faults are told.
// One object in main(); single-threaded.
#pragma once

#include <string>
#include <string_view>

#include "base/document.h"
#include "base/error.h"
#include "base/result.h"
#include "client/client.h"
#include "client/exit_code.h"

namespace acceld::ctl {

struct Tool {
  std::string bus = "system";
  bool json = false;
  bool colour = false;  // escape sequences on standard output
  int status = 0;       // exit status; the command sets it
  // The command is for administrators, or whom polkit lets.
  bool administers = false;

  // Errors: as Client::Connect.
  [[nodiscard]] Result<client::Client> Connect() const;
};

// Whether standard output is a terminal that wants colour: a terminal, not
// "dumb", and NO_COLOR (https://no-color.org) not set.
[[nodiscard]] bool WantsColour();

// `text` in bold where the tool uses colour.
[[nodiscard]] std::string Bold(const Tool& tool, std::string_view text);

// Writes to standard output.
void Print(std::string_view text);
// As pretty JSON and a line end.
void PrintDocument(const Document& document);

// Tells a fault on standard error, with what to do next. Returns the exit
// status for it.
[[nodiscard]] int Complain(const Tool& tool, const Error& error);

// What to do next about a fault; "" where nothing helps in general.
[[nodiscard]] std::string AdviceFor(const Tool& tool, ErrorCode code);

// Sets the tool's exit status from what a command returned.
void Finish(Tool& tool, const Status& status);

}  // namespace acceld::ctl
