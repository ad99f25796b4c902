// MountLine: what is needed of a line of /proc/PID/mountinfo, read byte by byte
// and without allocating.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace acceld::daemon {

// What the filesystems of tickets give as their source.
inline constexpr const char* kTicketSource = "acceld-ticket";

// "36 35 98:0 /root /mount rw,noatime shared:1 master:2 - ext4 /dev/sda1 rw":
// six fields, optional ones, a hyphen, the filesystem's type, its source, and
// its options.
// Source: proc_pid_mountinfo(5).
class MountLine {
 public:
  // Returns whether the line ends here, so that what is below is about it. The
  // byte after that begins the next line.
  bool Add(char byte);

  [[nodiscard]] std::uint64_t id() const { return id_; }
  // st_dev of the files on it.
  [[nodiscard]] dev_t filesystem() const { return filesystem_; }
  // Mounts and unmounts below it show in other namespaces.
  [[nodiscard]] bool is_shared() const { return is_shared_; }
  [[nodiscard]] bool is_devtmpfs() const { return is_devtmpfs_; }
  // Its source is called as TicketNode calls its own.
  [[nodiscard]] bool is_ticket() const { return is_ticket_; }

 private:
  void EndField();

  std::uint64_t id_ = 0;
  dev_t filesystem_ = 0;
  bool is_shared_ = false;
  bool is_devtmpfs_ = false;
  bool is_ticket_ = false;
  bool is_over_ = true;  // the line
  int field_ = 0;
  int hyphen_ = -1;  // the field that separates
  std::array<char, 16> text_{};
  std::size_t size_ = 0;  // of the field so far, kept or not
};

}  // namespace acceld::daemon
