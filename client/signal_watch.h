// SignalWatch: hears signals of acceld, and that it comes and goes: what the
// watches of leases, of devices and of the machine have in common. A bus
// connection of its own, to be polled beside other descriptors; no thread. One
// thread at a time; no exception leaves it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld::client {

class SignalWatch {
 public:
  struct Wanted {
    std::vector<std::string> signals;  // of org.acceld1.Manager
    // The method of the manager that asks for them, for which it takes options;
    // "": they come unasked.
    std::string subscribe;
    Document options = Document::Object{};
  };
  // `bus`: "system", "session" or a D-Bus address. acceld need not be there yet
  // and is not started. Errors: kUnavailable (no bus), those of the method.
  [[nodiscard]] static Result<SignalWatch> Open(const std::string& bus,
                                                Wanted wanted);
  ~SignalWatch();
  SignalWatch(SignalWatch&&) noexcept;
  SignalWatch& operator=(SignalWatch&&) noexcept;

  // Readable when something waits, but for what came while Open() asked: call
  // Next() first. The watch's own.
  [[nodiscard]] int fd() const;
  // Whether an acceld is on the bus now. Requires: a method to subscribe by.
  [[nodiscard]] bool is_served() const;

  struct News {
    bool changed = false;  // a signal, or another acceld: ask it
    bool left = false;     // no acceld is on the bus now
  };
  // What came since the last call; does not block. Errors: as Open(), of an
  // acceld that came.
  [[nodiscard]] Result<News> Next();

 private:
  struct State;
  explicit SignalWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;  // sdbus types stay in the .cc file
};

}  // namespace acceld::client
