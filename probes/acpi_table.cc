#include "probes/acpi_table.h"

#include <string>

#include "base/check.h"

namespace acceld::probes {
namespace {

constexpr std::size_t kHeaderSize = 36;
constexpr std::size_t kLengthOffset = 4;
constexpr std::size_t kRevisionOffset = 8;

}  // namespace

std::uint64_t LittleEndianAt(std::string_view bytes, std::size_t offset,
                             std::size_t width) {
  ACCELD_CHECK(width <= 8 && offset <= bytes.size() &&
               width <= bytes.size() - offset);
  std::uint64_t value = 0;
  for (std::size_t i = width; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[offset + i - 1]);
  }
  return value;
}

Result<AcpiTable> ParseAcpiTable(std::string_view bytes,
                                 std::string_view signature) {
  const std::string name(signature);
  if (bytes.size() < kHeaderSize || !bytes.starts_with(signature)) {
    return Fail(ErrorCode::kCorruptInput, "no " + name + " table");
  }
  const std::uint64_t length = LittleEndianAt(bytes, kLengthOffset, 4);
  if (length < kHeaderSize || length > bytes.size()) {
    return Fail(ErrorCode::kCorruptInput,
                name + " of " + std::to_string(bytes.size()) +
                    " bytes says that it has " + std::to_string(length));
  }
  bytes = bytes.substr(0, length);
  unsigned sum = 0;
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  if (sum % 256 != 0) {
    return Fail(ErrorCode::kCorruptInput, name + " has a wrong checksum");
  }
  return AcpiTable{static_cast<int>(LittleEndianAt(bytes, kRevisionOffset, 1)),
                   bytes.substr(kHeaderSize)};
}

}  // namespace acceld::probes
