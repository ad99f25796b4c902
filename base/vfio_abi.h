// The kernel's interface of VFIO and IOMMUFD: <linux/vfio.h>, and what the
// headers of Linux 6.1 lack, as it is in later ones.
// Source: include/uapi/linux/vfio.h (Linux 6.6: VFIO_DEVICE_BIND_IOMMUFD,
// VFIO_DEVICE_ATTACH_IOMMUFD_PT), include/uapi/linux/iommufd.h (Linux 6.2).
#pragma once

#include <linux/types.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>

namespace acceld::vfio {

struct BindIommufd {  // struct vfio_device_bind_iommufd
  __u32 argsz;
  __u32 flags;
  __s32 iommufd;
  __u32 out_devid;
};
struct AttachIommufdPt {  // struct vfio_device_attach_iommufd_pt, Linux 6.6
  __u32 argsz;
  __u32 flags;
  __u32 pt_id;
};
struct IoasAlloc {  // struct iommu_ioas_alloc
  __u32 size;
  __u32 flags;
  __u32 out_ioas_id;
};
struct IovaRange {  // struct iommu_iova_range, struct vfio_iova_range
  __u64 start;
  __u64 last;  // the last address that is in it
};
struct IoasIovaRanges {  // struct iommu_ioas_iova_ranges
  __u32 size;
  __u32 ioas_id;
  __u32 num_iovas;
  __u32 reserved;
  __u64 allowed_iovas;  // address of an array of IovaRange
  __u64 out_iova_alignment;
};
struct IoasMap {  // struct iommu_ioas_map
  __u32 size;
  __u32 flags;
  __u32 ioas_id;
  __u32 reserved;
  __u64 user_va;
  __u64 length;
  __u64 iova;
};
struct IoasUnmap {  // struct iommu_ioas_unmap
  __u32 size;
  __u32 ioas_id;
  __u64 iova;
  __u64 length;
};

inline constexpr __u32 kMapFixedIova = 1U << 0;  // IOMMU_IOAS_MAP_FIXED_IOVA
inline constexpr __u32 kMapWriteable = 1U << 1;  // IOMMU_IOAS_MAP_WRITEABLE
inline constexpr __u32 kMapReadable = 1U << 2;   // IOMMU_IOAS_MAP_READABLE

inline constexpr unsigned long kBindIommufd = _IO(VFIO_TYPE, VFIO_BASE + 18);
inline constexpr unsigned long kAttachIommufdPt =
    _IO(VFIO_TYPE, VFIO_BASE + 19);
// IOMMUFD_TYPE is ';' too; its commands begin at 0x80.
inline constexpr unsigned long kIoasAlloc = _IO(VFIO_TYPE, 0x81);
inline constexpr unsigned long kIoasIovaRanges = _IO(VFIO_TYPE, 0x84);
inline constexpr unsigned long kIoasMap = _IO(VFIO_TYPE, 0x85);
inline constexpr unsigned long kIoasUnmap = _IO(VFIO_TYPE, 0x86);

}  // namespace acceld::vfio
