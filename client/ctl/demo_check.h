// Checks the demo's results with libraries that share no code with the devices.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"
#include "client/ctl/demo_work.h"

namespace acceld::ctl {

// Unpacks a gzip file of any number of members with zlib and compares.
// Errors: kCorruptInput (no gzip file, or other bytes; says where).
[[nodiscard]] Status CheckUnpacksTo(std::span<const std::byte> gzip_file,
                                    std::span<const std::byte> expected);

// OpenSSL's digest. Errors: kInternal.
[[nodiscard]] Result<Sha256> Sha256Of(std::span<const std::byte> bytes);

// 64 hexadecimal digits.
[[nodiscard]] std::string ToHex(const Sha256& digest);

}  // namespace acceld::ctl
