// DRM render nodes that the daemon opened, in the hands of a user who may not
// open them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <libdrm/drm.h>
#include <libdrm/virtgpu_drm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

std::string DriverOf(int device) {
  std::array<char, 64> name{};
  drm_version version{};
  version.name = name.data();
  version.name_len = name.size() - 1;
  if (::ioctl(device, DRM_IOCTL_VERSION, &version) != 0) {
    return std::strerror(errno);
  }
  return name.data();
}

// Makes an image of one page in the GPU and maps it.
std::string UseMemoryOf(int device) {
  drm_virtgpu_resource_create create{};
  create.target = 2;  // PIPE_TEXTURE_2D
  create.format = 1;  // VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM
  create.width = 32;
  create.height = 32;
  create.depth = 1;
  create.array_size = 1;
  create.size = 4096;
  if (::ioctl(device, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create) != 0) {
    return std::string("RESOURCE_CREATE: ") + std::strerror(errno);
  }
  drm_virtgpu_map map{};
  map.handle = create.bo_handle;
  if (::ioctl(device, DRM_IOCTL_VIRTGPU_MAP, &map) != 0) {
    return std::string("MAP: ") + std::strerror(errno);
  }
  void* memory = ::mmap(nullptr, create.size, PROT_READ | PROT_WRITE,
                        MAP_SHARED, device, static_cast<off_t>(map.offset));
  if (memory == MAP_FAILED) return std::string("mmap: ") + std::strerror(errno);
  std::memset(memory, 0x5a, create.size);
  ::munmap(memory, create.size);
  return {};
}

std::string UseGpu() {
  auto lease = Acquire(OneStage("graphics", "framework", "drm"));
  if (!lease) return Why(lease);
  const api::Grant* grant = lease->Find("work");
  if (grant == nullptr || grant->kind != "fd") return "no fd was granted";
  const std::string name = grant->device.substr(grant->device.find(':') + 1);
  const std::string path = "/dev/dri/" + name;
  const int own = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (own >= 0) return "the user may open " + path + " without a lease";
  struct stat status {};
  if (::fstat(grant->fd.get(), &status) != 0 || !S_ISCHR(status.st_mode)) {
    return "the fd is no device";
  }
  const std::string driver = DriverOf(grant->fd.get());
  if (driver != "virtio_gpu") return "its driver is \"" + driver + "\"";
  return UseMemoryOf(grant->fd.get());
}

TEST(Drm, Ioctl_OnAPassedRenderNode_WorksForWhoMayNotOpenIt) {
  const Daemon daemon;
  EXPECT_EQ(AsUser(kUser, [](Peer&) { return UseGpu(); }), "");
}

}  // namespace
}  // namespace acceld::vm
