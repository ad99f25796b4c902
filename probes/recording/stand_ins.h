// StandIns: what is written in place of a value that identifies one machine or
// one part of it. The same value gets the same stand-in throughout a
// recording, so that what is told by equality (ports of one adapter, GPUs of
// one hive) stays told; nothing else of the value is kept but its form.
//
// Single-threaded.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace acceld::recording {

class StandIns {
 public:
  // "38:af:29:0b:77:c1" -> "00:00:00:00:00:01": letters and digits become 0,
  // but for a number at the end that counts the values met. A value of no
  // digit but 0 ("0x0", "none" is not one) says that there is none, and stays.
  [[nodiscard]] std::string For(std::string_view value);

  // As bytes, little-endian: eight for a device serial number. All zeros stay.
  [[nodiscard]] std::string ForBytes(std::string_view bytes);

 private:
  std::size_t NumberOf(std::string key);

  std::map<std::string, std::size_t> numbers_;  // by value, lower case
};

}  // namespace acceld::recording
