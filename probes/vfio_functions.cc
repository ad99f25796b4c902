#include "probes/vfio_functions.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace acceld::probes {
namespace {

using Functions = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> kGpu = {"compute/gpu"};
constexpr std::array<std::string_view, 1> kNpu = {"compute/npu"};
constexpr std::array<std::string_view, 1> kNvme = {"storage/nvme"};
constexpr std::array<std::string_view, 4> kDsa = {"checksum/crc32c", "compare",
                                                  "copy", "fill"};
constexpr std::array<std::string_view, 3> kIaa = {"compress/deflate",
                                                  "decompress/deflate", "scan"};
constexpr std::array<std::string_view, 7> kZip = {
    "compress/deflate",   "compress/gzip",   "compress/zlib",  "compress/zstd",
    "decompress/deflate", "decompress/gzip", "decompress/zlib"};
constexpr std::array<std::string_view, 5> kSec = {
    "aead/aes-gcm", "cipher/aes-cbc", "cipher/aes-xts", "digest/sha256",
    "digest/sha512"};
constexpr std::array<std::string_view, 2> kHpre = {"pubkey/ecdh", "pubkey/rsa"};

struct KnownDevice {
  std::int64_t vendor;
  std::int64_t device;
  Functions functions;
};
constexpr std::array kDevices = {
    // drivers/dma/idxd/registers.h
    KnownDevice{0x8086, 0x0b25, kDsa},
    KnownDevice{0x8086, 0x0cfe, kIaa},
    // drivers/crypto/hisilicon: physical functions, then virtual ones
    // (drivers/vfio/pci/hisilicon).
    KnownDevice{0x19e5, 0xa250, kZip},
    KnownDevice{0x19e5, 0xa251, kZip},
    KnownDevice{0x19e5, 0xa255, kSec},
    KnownDevice{0x19e5, 0xa256, kSec},
    KnownDevice{0x19e5, 0xa258, kHpre},
    KnownDevice{0x19e5, 0xa259, kHpre},
    // drivers/accel/habanalabs/common/habanalabs_drv.c
    KnownDevice{0x1da3, 0x0001, kNpu},
    KnownDevice{0x1da3, 0x1000, kNpu},
    KnownDevice{0x1da3, 0x1010, kNpu},
    KnownDevice{0x1da3, 0x1020, kNpu},
    // drivers/accel/qaic/qaic_drv.c
    KnownDevice{0x17cb, 0xa100, kNpu},
    // drivers/accel/ivpu/ivpu_drv.h
    KnownDevice{0x8086, 0x7d1d, kNpu},
    KnownDevice{0x8086, 0xad1d, kNpu},
    // pci.ids
    KnownDevice{0x1e60, 0x2864, kNpu},
};

// Whose display controllers compute; others' are consoles of servers and of
// virtual machines.
constexpr std::array<std::int64_t, 3> kGpuVendors = {0x1002, 0x10de, 0x8086};

// Source: PCI Code and ID Assignment 1.15, 1.2 (class 01) and 1.4 (class 03).
Functions FunctionsOfClass(const PciIdentity& identity) {
  constexpr std::int64_t kNvmeClass = 0x010802;
  constexpr std::int64_t kDisplay = 0x03;
  if (identity.class_code == kNvmeClass) return kNvme;
  const bool computes = identity.class_code >> 16 == kDisplay &&
                        std::find(kGpuVendors.begin(), kGpuVendors.end(),
                                  identity.vendor) != kGpuVendors.end();
  return computes ? Functions(kGpu) : Functions();
}

}  // namespace

std::span<const std::string_view> VfioFunctions(const PciIdentity& identity) {
  for (const KnownDevice& known : kDevices) {
    if (known.vendor == identity.vendor && known.device == identity.device) {
      return known.functions;
    }
  }
  return FunctionsOfClass(identity);
}

std::vector<std::string_view> MappedVfioFunctions() {
  std::vector<std::string_view> all = {kGpu.front(), kNvme.front()};
  for (const KnownDevice& known : kDevices) {
    all.insert(all.end(), known.functions.begin(), known.functions.end());
  }
  return all;
}

}  // namespace acceld::probes
