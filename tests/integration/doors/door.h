// A door: one of the ways by which acceld is asked for a device. Tests only.
#pragma once

#include <string>

namespace acceld::testing {

// What somebody who asked was told.
struct Answer {
  bool has_it = false;
  std::string reason;  // of a refusal: the name that the door has for it
};

// Used by one thread at a time.
class Door {
 public:
  virtual ~Door() = default;
  [[nodiscard]] virtual const char* name() const = 0;
  // What it calls a device that somebody else holds.
  [[nodiscard]] virtual std::string busy() const = 0;
  // Waits until it could ask: what it knows of the device may be old.
  virtual void GetReady() {}
  // Asks for the device, and keeps it where it gets it.
  virtual Answer Ask() = 0;
  // Gives back what Ask() got. Returns when it is told, not when it is free.
  virtual void GiveBack() = 0;
  // What it may leave behind while it has nothing: "" or what was found.
  virtual std::string Leftovers() { return ""; }
};

}  // namespace acceld::testing
