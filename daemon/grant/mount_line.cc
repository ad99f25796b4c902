#include "daemon/grant/mount_line.h"

#include <algorithm>
#include <charconv>

namespace acceld::daemon {
namespace {

constexpr int kFirstOptionalField = 6;

}  // namespace

void MountLine::EndField() {
  const std::string_view text(text_.data(), std::min(size_, text_.size()));
  if (field_ == 0) {
    (void)std::from_chars(text.data(), text.data() + text.size(), id_);
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
