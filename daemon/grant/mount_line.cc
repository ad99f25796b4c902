#include "daemon/grant/mount_line.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>

namespace acceld::daemon {
namespace {

constexpr int kFilesystemField = 2;
constexpr int kFirstOptionalField = 6;

// "98:0"; 0 where it is none.
dev_t ParseNumber(std::string_view text) {
  unsigned major_number = 0;
  unsigned minor_number = 0;
  const char* end = text.data() + text.size();
  const auto colon = std::from_chars(text.data(), end, major_number);
  if (colon.ec != std::errc() || colon.ptr == end || *colon.ptr != ':') {
    return 0;
  }
  const auto whole = std::from_chars(colon.ptr + 1, end, minor_number);
  return whole.ec == std::errc() ? makedev(major_number, minor_number) : 0;
}

}  // namespace

void MountLine::EndField() {
  const std::string_view text(text_.data(), std::min(size_, text_.size()));
  if (field_ == 0) {
    (void)std::from_chars(text.data(), text.data() + text.size(), id_);
  } else if (field_ == kFilesystemField) {
    filesystem_ = ParseNumber(text);
  } else if (hyphen_ < 0 && field_ >= kFirstOptionalField) {
    if (text == "-") hyphen_ = field_;
    is_shared_ = is_shared_ || text.starts_with("shared:");
  } else if (hyphen_ >= 0 && field_ == hyphen_ + 1) {
    is_devtmpfs_ = text == "devtmpfs";
  } else if (hyphen_ >= 0 && field_ == hyphen_ + 2) {
    is_ticket_ = text == kTicketSource;
  }
  ++field_;
  size_ = 0;
}

bool MountLine::Add(char byte) {
  if (is_over_) *this = MountLine();
  is_over_ = byte == '\n';
  if (byte == ' ' || byte == '\n') {
    EndField();
  } else {
    if (size_ < text_.size()) text_[size_] = byte;
    ++size_;
  }
  return is_over_;
}

}  // namespace acceld::daemon
