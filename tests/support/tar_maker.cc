#include "tests/support/tar_maker.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace acceld::testing {
namespace {

la_ssize_t Append(archive* /*made*/, void* bytes, const void* data,
                  std::size_t size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(data),
                                           size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

TarMaker& TarMaker::File(std::string_view name, std::string_view bytes,
                         mode_t mode) {
  items_.push_back({std::string(name), S_IFREG | mode, std::string(bytes)});
  return *this;
}

TarMaker& TarMaker::Directory(std::string_view name) {
  items_.push_back({std::string(name), S_IFDIR | 0755, {}});
  return *this;
}

TarMaker& TarMaker::Link(std::string_view name, std::string_view text) {
  items_.push_back({std::string(name), S_IFLNK | 0777, std::string(text)});
  return *this;
}

TarMaker& TarMaker::HardLink(std::string_view name, std::string_view target) {
  items_.push_back(
      {std::string(name), S_IFREG | 0644, std::string(target), true});
  return *this;
}

TarMaker& TarMaker::Node(std::string_view name, mode_t type) {
  items_.push_back({std::string(name), type | 0644, {}});
  return *this;
}

std::string TarMaker::Bytes(const char* filter) const {
  std::string bytes;
  archive* made = ::archive_write_new();
  EXPECT_EQ(::archive_write_set_format_pax(made), ARCHIVE_OK);
  EXPECT_EQ(std::string_view(filter) == "none"
                ? ::archive_write_add_filter_none(made)
                : ::archive_write_add_filter_by_name(made, filter),
            ARCHIVE_OK);
  EXPECT_EQ(::archive_write_set_options(made, "hdrcharset=BINARY"), ARCHIVE_OK);
  EXPECT_EQ(::archive_write_set_bytes_in_last_block(made, 1), ARCHIVE_OK);
  EXPECT_EQ(::archive_write_open(made, &bytes, nullptr, Append, nullptr),
            ARCHIVE_OK);
  for (const Item& item : items_) {
    archive_entry* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, item.name.c_str());
    ::archive_entry_set_mode(entry, item.mode);
    const bool file = S_ISREG(item.mode) && !item.hard;
    const std::string data = file ? item.text : "";
    ::archive_entry_set_size(entry, static_cast<la_int64_t>(data.size()));
    if (S_ISLNK(item.mode)) {
      ::archive_entry_set_symlink(entry, item.text.c_str());
    }
    if (item.hard) ::archive_entry_set_hardlink(entry, item.text.c_str());
    EXPECT_EQ(::archive_write_header(made, entry), ARCHIVE_OK) << item.name;
    EXPECT_EQ(::archive_write_data(made, data.data(), data.size()),
              static_cast<la_ssize_t>(data.size()));
    ::archive_entry_free(entry);
  }
  EXPECT_EQ(::archive_write_close(made), ARCHIVE_OK);
  (void)::archive_write_free(made);
  return bytes;
}

}  // namespace acceld::testing
