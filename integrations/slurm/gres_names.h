// Words of gres.conf made of what acceld knows. Pure functions.
// Source: gres.conf(5), slurm.conf(5) "Gres", Slurm 22.05.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace acceld::slurm {

// The Name of a device that does `functions` (docs/functions.md), by the first
// that fits: gpu (compute/gpu, graphics, video), npu, fpga, nic (net/...),
// storage, compress (compress/..., decompress/...), crypto (aead/...,
// cipher/..., digest/..., pubkey/...), dsa (copy, fill, compare, delta/...,
// checksum/..., protect/..., transform/..., scan), accel (all else).
[[nodiscard]] std::string GresNameOf(std::span<const std::string> functions);

// A Type made of any text: lower case, what may not stand there becomes '_', at
// most 40 characters. "" where nothing is left. Never digits alone: Slurm would
// read "gpu:100" as a count.
[[nodiscard]] std::string GresTypeFrom(std::string_view text);

// Whether `path` can stand behind "File=": below /dev, and nothing in it that
// Slurm takes for a range or a list.
[[nodiscard]] bool IsGresFile(std::string_view path);

// Whether `text` can stand behind "NodeName=": a host name or a list of them
// with ranges ("node[1-4,9]").
[[nodiscard]] bool IsHostList(std::string_view text);

}  // namespace acceld::slurm
