#include "probes/driver_traits.h"

#include <array>

namespace acceld::probes {
namespace {

using Functions = std::span<const std::string_view>;

constexpr std::string_view kFd = "fd";
constexpr std::string_view kTicket = "ticket";
constexpr std::string_view kPath = "path";
constexpr std::string_view kNone = "none";
constexpr std::string_view kMultiApp = "multi-app";
constexpr std::string_view kSingleUser = "single-user";

constexpr std::array<std::string_view, 3> kGpu = {"compute/gpu", "graphics",
                                                  "video"};
constexpr std::array<std::string_view, 2> kGpuNoVideo = {"compute/gpu",
                                                         "graphics"};
constexpr std::array<std::string_view, 1> kGraphics = {"graphics"};
constexpr std::array<std::string_view, 1> kNpu = {"compute/npu"};

// Render nodes: drm_open records no address space (drivers/gpu/drm/drm_file.c),
// and drm_file_update_pid expects the fd to change hands.
constexpr DriverTraits Drm(std::string_view driver, Functions functions) {
  return {driver, kFd, kMultiApp, std::nullopt, false, functions};
}

constexpr std::array kDrmDrivers = {
    Drm("amdgpu", kGpu),
    Drm("asahi", kGpuNoVideo),
    Drm("etnaviv", kGraphics),
    Drm("i915", kGpu),
    Drm("lima", kGraphics),
    Drm("msm", kGpuNoVideo),
    Drm("nouveau", kGpu),
    // The render node of the vendor's driver does no CUDA: that goes through
    // /dev/nvidia*.
    Drm("nvidia", kGraphics),
    Drm("panfrost", kGpuNoVideo),
    Drm("panthor", kGpuNoVideo),
    Drm("powervr", kGpuNoVideo),
    Drm("radeon", kGpu),
    Drm("v3d", kGpuNoVideo),
    Drm("virtio_gpu", kGraphics),
    Drm("vmwgfx", kGraphics),
    Drm("xe", kGpu),
    // xocl_client_open; what it does is the image that is loaded
    // (probes/xrt_probe.h).
    Drm("xocl", {}),
};
constexpr DriverTraits kOtherDrm = Drm("", {});

constexpr std::array kAccelDrivers = {
    // amdxdna_drm_open: iommu_sva_bind_device(current->mm).
    DriverTraits{"amdxdna", kTicket, kMultiApp, std::nullopt, true, kNpu},
    DriverTraits{"ethosu", kFd, kMultiApp, std::nullopt, false, kNpu},
    // One compute context; a hard reset sends SIGKILL to the opener
    // (device_kill_open_processes).
    DriverTraits{"habanalabs", kTicket, kSingleUser, 1, false, kNpu},
    DriverTraits{"intel_vpu", kFd, kMultiApp, std::nullopt, false, kNpu},
    DriverTraits{"qaic", kFd, kMultiApp, std::nullopt, false, kNpu},
    DriverTraits{"rocket", kFd, kMultiApp, std::nullopt, false, kNpu},
};
// What its open() binds is not known: the client opens it.
constexpr DriverTraits kOtherAccel = {"",           kTicket, kMultiApp,
                                      std::nullopt, false,   {}};

constexpr std::array<std::string_view, 1> kRdma = {"net/rdma"};
constexpr DriverTraits kRdmaVerbs = {"ib_uverbs",  kFd,   kMultiApp,
                                     std::nullopt, false, kRdma};
constexpr std::array<std::string_view, 1> kNvme = {"storage/nvme"};
constexpr DriverTraits kNvmeBlock = {"nvme",       kNone, kMultiApp,
                                     std::nullopt, false, kNvme};

// gasket_open binds no address space. The first process that opens it for
// writing owns it; others are refused until it has closed all.
constexpr DriverTraits kApexDriver = {"apex", kFd, kSingleUser, 1, false, kNpu};

constexpr std::array<std::string_view, 1> kCompute = {"compute/gpu"};

// kfd_open ties what is opened to the opener's process (kfd_create_process),
// and every ioctl of another one fails. The probe itself tells about SVA.
constexpr DriverTraits kKfdDriver = {"amdgpu",     kTicket, kMultiApp,
                                     std::nullopt, true,    kCompute};

// The driver binds nothing in open(), but libcuda opens the nodes by their
// paths and takes no open fd: what a client needs is the path. The probe itself
// tells about SVA.
constexpr DriverTraits kNvidiaDriver = {"nvidia",     kPath, kMultiApp,
                                        std::nullopt, true,  kGpu};

constexpr std::array<std::string_view, 2> kZlib = {"compress/zlib",
                                                   "decompress/zlib"};
constexpr std::array<std::string_view, 2> kGzip = {"compress/gzip",
                                                   "decompress/gzip"};
constexpr std::array<std::string_view, 2> kDeflate = {"compress/deflate",
                                                      "decompress/deflate"};
constexpr std::array<std::string_view, 1> kZstd = {"compress/zstd"};
constexpr std::array<std::string_view, 1> kRsa = {"pubkey/rsa"};
constexpr std::array<std::string_view, 1> kEcdh = {"pubkey/ecdh"};
constexpr std::array<std::string_view, 2> kCipher = {"cipher/aes-cbc",
                                                     "cipher/aes-xts"};
constexpr std::array<std::string_view, 2> kDigest = {"digest/sha256",
                                                     "digest/sha512"};
constexpr std::array<std::string_view, 1> kAead = {"aead/aes-gcm"};
constexpr std::array<std::string_view, 2> kUdma = {"copy", "fill"};

struct Algorithm {
  std::string_view name;
  Functions functions;
};
constexpr std::array kAlgorithms = {
    Algorithm{"aead", kAead},       Algorithm{"cipher", kCipher},
    Algorithm{"deflate", kDeflate}, Algorithm{"digest", kDigest},
    Algorithm{"ecdh", kEcdh},       Algorithm{"gzip", kGzip},
    Algorithm{"lz77_zstd", kZstd},  Algorithm{"rsa", kRsa},
    Algorithm{"udma", kUdma},       Algorithm{"zlib", kZlib},
};

const DriverTraits& Find(std::span<const DriverTraits> table,
                         std::string_view driver, const DriverTraits& other) {
  for (const DriverTraits& traits : table) {
    if (traits.driver == driver) return traits;
  }
  return other;
}

}  // namespace

const DriverTraits& DrmDriver(std::string_view driver) {
  return Find(kDrmDrivers, driver, kOtherDrm);
}

const DriverTraits& AccelDriver(std::string_view driver) {
  return Find(kAccelDrivers, driver, kOtherAccel);
}

const DriverTraits& RdmaVerbs() { return kRdmaVerbs; }

const DriverTraits& NvmeBlock() { return kNvmeBlock; }

const DriverTraits& ApexDriver() { return kApexDriver; }

const DriverTraits& KfdDriver() { return kKfdDriver; }

const DriverTraits& NvidiaDriver() { return kNvidiaDriver; }

std::span<const std::string_view> MigFunctions() { return kCompute; }

std::span<const std::string_view> UacceFunctions(std::string_view algorithm) {
  for (const Algorithm& known : kAlgorithms) {
    if (known.name == algorithm) return known.functions;
  }
  return {};
}

std::vector<std::string_view> MappedFunctions() {
  std::vector<std::string_view> all;
  const auto add = [&all](Functions functions) {
    all.insert(all.end(), functions.begin(), functions.end());
  };
  for (const DriverTraits& traits : kDrmDrivers) add(traits.functions);
  for (const DriverTraits& traits : kAccelDrivers) add(traits.functions);
  add(kApexDriver.functions);
  add(kKfdDriver.functions);
  add(kNvidiaDriver.functions);
  for (const Algorithm& algorithm : kAlgorithms) add(algorithm.functions);
  add(kRdmaVerbs.functions);
  add(kNvmeBlock.functions);
  return all;
}

}  // namespace acceld::probes
