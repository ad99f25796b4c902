#include "daemon/grant/vfio/opening.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/vfio_abi.h"
#include "daemon/grant/open_token.h"

namespace acceld::daemon::vfio {
namespace {

constexpr const char* kContainer = "sys/class/misc/vfio";
constexpr const char* kIommu = "sys/class/misc/iommu";

std::string GroupClass(int group) {
  return "sys/class/vfio/" + std::to_string(group);
}

Result<dev_t> ParseDeviceNumber(const std::string& text) {
  // include/linux/kdev_t.h
  constexpr std::int64_t kMaxMajor = (std::int64_t{1} << 12) - 1;
  constexpr std::int64_t kMaxMinor = (std::int64_t{1} << 20) - 1;
  const auto colon = std::min(text.find(':'), text.size() - 1);
  ACCELD_TRY(const std::int64_t major_number,
             ParseInteger(std::string_view(text).substr(0, colon)));
  ACCELD_TRY(const std::int64_t minor_number,
             ParseInteger(std::string_view(text).substr(colon + 1)));
  if (major_number < 0 || major_number > kMaxMajor || minor_number < 0 ||
      minor_number > kMaxMinor) {
    return Fail(ErrorCode::kCorruptInput, "device number " + text);
  }
  return makedev(static_cast<unsigned>(major_number),
                 static_cast<unsigned>(minor_number));
}

tl::unexpected<Error> Refused(std::string_view what, int answer) {
  return FailErrno(what, -answer);
}

bool IsAbsent(const Error& error) {
  return error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kDeviceGone;
}

}  // namespace

Result<std::vector<Opening::Node>> Opening::NodeAt(const std::string& directory,
                                                   std::string path) const {
  const auto text = root_.ReadAttribute(directory + "/dev");
  if (!text) {
    if (IsAbsent(text.error())) return std::vector<Node>();
    return Fail(text.error());
  }
  ACCELD_TRY(const dev_t number, ParseDeviceNumber(*text));
  return std::vector<Node>{{std::move(path), number}};
}

Result<std::vector<Opening::Node>> Opening::CdevOf(const Target& target) const {
  const auto names = root_.List(target.path + "/vfio-dev");
  if (!names) {
    if (IsAbsent(names.error())) return std::vector<Node>();
    return Fail(names.error());
  }
  for (const std::string& name : *names) {
    const std::string_view digits =
        std::string_view(name).substr(std::min<std::size_t>(4, name.size()));
    if (!name.starts_with("vfio") || digits.empty() ||
        digits.find_first_not_of("0123456789") != std::string_view::npos) {
      continue;
    }
    return NodeAt(target.path + "/vfio-dev/" + name,
                  "/dev/vfio/devices/" + name);
  }
  return std::vector<Node>();
}

Result<UniqueFd> Opening::OpenNode(const Node& node) const {
  ACCELD_TRY(const OpenToken token, OpenToken::For("vfio", ""));
  auto fd = opener_.Open(token, node.path, node.number);
  if (!fd) return Fail(std::move(fd.error()).In(node.path));
  return fd;
}

Result<OpenDevice> Opening::Open(const Target& target, int group) const {
  ACCELD_TRY(const auto cdev, CdevOf(target));
  ACCELD_TRY(const auto iommu, NodeAt(kIommu, "/dev/iommu"));
  if (!cdev.empty() && !iommu.empty()) {
    return OpenByCdev(cdev.front(), iommu.front());
  }
  ACCELD_TRY(const auto node,
             NodeAt(GroupClass(group), "/dev/vfio/" + std::to_string(group)));
  ACCELD_TRY(const auto container, NodeAt(kContainer, "/dev/vfio/vfio"));
  if (node.empty() || container.empty()) {
    return Fail(ErrorCode::kUnsupported,
                "the kernel has neither a VFIO group nor a VFIO device with "
                "IOMMUFD for " +
                    target.name);
  }
  return OpenByGroup(target, node.front(), container.front());
}

Result<OpenDevice> Opening::OpenByGroup(const Target& target, const Node& group,
                                        const Node& container) const {
  OpenDevice opened;
  ACCELD_TRY(opened.group, OpenNode(group));
  ACCELD_TRY(opened.container, OpenNode(container));
  ACCELD_TRY_VOID(AttachGroup(opened));
  std::string name = target.name;
  const int device =
      ioctls_.Call(opened.group.get(), VFIO_GROUP_GET_DEVICE_FD, name.data());
  if (device < 0) return Refused("VFIO_GROUP_GET_DEVICE_FD", device);
  opened.device.Reset(device);
  return opened;
}

Status Opening::AttachGroup(const OpenDevice& opened) const {
  const int container = opened.container.get();
  const int version = ioctls_.Call(container, VFIO_GET_API_VERSION, nullptr);
  if (version < 0) return Refused("VFIO_GET_API_VERSION", version);
  const int has_type =
      ioctls_.CallWith(container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU);
  if (has_type < 0) return Refused("VFIO_CHECK_EXTENSION", has_type);
  if (version != VFIO_API_VERSION || has_type != 1) {
    return Fail(ErrorCode::kUnsupported,
                "the kernel's VFIO has no IOMMU of type 1, version 2: is the "
                "module vfio_iommu_type1 loaded?");
  }
  vfio_group_status status{};
  status.argsz = sizeof status;
  const int asked =
      ioctls_.Call(opened.group.get(), VFIO_GROUP_GET_STATUS, &status);
  if (asked < 0) return Refused("VFIO_GROUP_GET_STATUS", asked);
  if ((status.flags & VFIO_GROUP_FLAGS_VIABLE) == 0) {
    return Fail(ErrorCode::kBusy,
                "a driver of the kernel holds a member of the IOMMU group");
  }
  int number = container;
  const int joined =
      ioctls_.Call(opened.group.get(), VFIO_GROUP_SET_CONTAINER, &number);
  if (joined < 0) return Refused("VFIO_GROUP_SET_CONTAINER", joined);
  const int set =
      ioctls_.CallWith(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU);
  if (set == -EPERM) {
    return Fail(ErrorCode::kUnsupported,
                "the IOMMU remaps no interrupts, without which a device could "
                "raise any (vfio_iommu_type1.allow_unsafe_interrupts)");
  }
  if (set < 0) return Refused("VFIO_SET_IOMMU", set);
  return {};
}

Result<OpenDevice> Opening::OpenByCdev(const Node& device,
                                       const Node& iommu) const {
  OpenDevice opened;
  ACCELD_TRY(opened.device, OpenNode(device));
  ACCELD_TRY(opened.iommufd, OpenNode(iommu));
  acceld::vfio::BindIommufd bind{};
  bind.argsz = sizeof bind;
  bind.iommufd = opened.iommufd.get();
  const int bound =
      ioctls_.Call(opened.device.get(), acceld::vfio::kBindIommufd, &bind);
  // vfio_df_open(): a second descriptor of the device cannot be bound.
  if (bound == -EINVAL || bound == -EBUSY) {
    return Fail(ErrorCode::kBusy, device.path + " is open");
  }
  if (bound < 0) return Refused("VFIO_DEVICE_BIND_IOMMUFD", bound);
  acceld::vfio::IoasAlloc space{};
  space.size = sizeof space;
  const int made =
      ioctls_.Call(opened.iommufd.get(), acceld::vfio::kIoasAlloc, &space);
  if (made < 0) return Refused("IOMMU_IOAS_ALLOC", made);
  opened.ioas = space.out_ioas_id;
  acceld::vfio::AttachIommufdPt attach{};
  attach.argsz = sizeof attach;
  attach.pt_id = opened.ioas;
  const int attached = ioctls_.Call(opened.device.get(),
                                    acceld::vfio::kAttachIommufdPt, &attach);
  if (attached < 0) return Refused("VFIO_DEVICE_ATTACH_IOMMUFD_PT", attached);
  return opened;
}

// By the group where there is one: its node cannot be opened while a device of
// it is, by whichever way.
Status Opening::ProveClosed(const Target& target, int group) const {
  ACCELD_TRY(const auto node,
             NodeAt(GroupClass(group), "/dev/vfio/" + std::to_string(group)));
  if (!node.empty()) {
    auto fd = OpenNode(node.front());
    if (fd || IsAbsent(fd.error())) return {};
    return Fail(std::move(fd.error()));
  }
  ACCELD_TRY(const auto cdev, CdevOf(target));
  ACCELD_TRY(const auto iommu, NodeAt(kIommu, "/dev/iommu"));
  if (cdev.empty() || iommu.empty()) return {};
  auto opened = OpenByCdev(cdev.front(), iommu.front());
  if (opened || IsAbsent(opened.error())) return {};
  return Fail(std::move(opened.error()));
}

Result<std::vector<dev_t>> Opening::NodesOf(const Target& target,
                                            int group) const {
  std::vector<dev_t> numbers;
  ACCELD_TRY(const auto node, NodeAt(GroupClass(group), ""));
  ACCELD_TRY(const auto cdev, CdevOf(target));
  for (const auto& nodes : {node, cdev}) {
    for (const Node& one : nodes) numbers.push_back(one.number);
  }
  return numbers;
}

Status Opening::Reset(const OpenDevice& device) const {
  const int reset =
      ioctls_.Call(device.device.get(), VFIO_DEVICE_RESET, nullptr);
  if (reset >= 0) return {};
  // vfio_pci_ioctl_reset(): no way to reset the function.
  if (reset == -EINVAL || reset == -ENOTTY) {
    return Fail(ErrorCode::kUnsupported, "the device has no reset");
  }
  return Refused("VFIO_DEVICE_RESET", reset);
}

}  // namespace acceld::daemon::vfio
