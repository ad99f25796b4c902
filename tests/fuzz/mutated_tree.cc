#include "tests/fuzz/mutated_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/check.h"

namespace acceld::testing {
namespace {

namespace fs = std::filesystem;

// Values that a kernel, or somebody who knows what one says, may write.
constexpr std::string_view kValues[] = {
    "",
    "0\n",
    "1\n",
    "-1\n",
    "255\n",
    "65536\n",
    "1000000000\n",
    "4294967295\n",
    "4294967296\n",
    "9223372036854775807\n",
    "18446744073709551615\n",
    "0x0\n",
    "0xffffffff\n",
    "0-3\n",
    "0-4294967295\n",
    "3-1\n",
    "0,2,4-6\n",
    "ffffffff,ffffffff\n",
    "16.0 GT/s PCIe\n",
    "Unknown\n",
    "10 21\n",
    "10 21 21 10 255\n",
    "DMA-FQ\n",
    "identity\n",
    "enabled\n",
    "user\n",
    "0000:01:00.0\n",
    "226:128\n",
    "Y\n",
    "(null)\n",
    "..\n",
    "heap_type 1\nsize_in_bytes 99999999999999999999\n",
    "type 11\nnode_from 1\nnode_to 1\nweight 15\n",
    "location_id 33536\ndomain 0\nhive_id 1\nunique_id 1\n",
};

enum Operation : std::uint8_t {
  kWrite,      // length, bytes: the file holds them
  kValue,      // byte: the file holds that of kValues
  kRemove,     // byte (not used)
  kLinkTo,     // file (2): a link to another name of the machine
  kLinkText,   // length, bytes: a link with this text
  kDirectory,  // byte (not used): an empty directory in its place
  kName,       // length, bytes: a file of this name beside it
  kHide,       // byte (not used): nobody may read it
  kFlip,       // length, bytes: exclusive-or of the file's beginning
  kOperations,
};

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return at_ >= size_; }
  std::uint8_t Byte() { return empty() ? std::uint8_t{0} : data_[at_++]; }
  std::size_t Index() {
    const std::size_t low = Byte();
    return low | static_cast<std::size_t>(Byte()) << 8;
  }
  std::string Bytes() {
    const std::size_t size = std::min<std::size_t>(Byte(), size_ - at_);
    std::string bytes(reinterpret_cast<const char*>(data_) + at_, size);
    at_ += size;
    return bytes;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

void Write(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string Read(const std::string& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return {};
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A name that can be one component of a path.
std::string NameOf(std::string bytes) {
  std::replace(bytes.begin(), bytes.end(), '/', '_');
  std::replace(bytes.begin(), bytes.end(), '\0', '0');
  return bytes.empty() || bytes == "." || bytes == ".." ? "name" : bytes;
}

}  // namespace

MutatedTree::MutatedTree(const SysTree& tree)
    : directory_(tree.directory()), aside_(tree.directory() + ".aside") {
  fs::create_directory(aside_);
  for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
    paths_.push_back(entry.path().string());
  }
  ACCELD_CHECK(!paths_.empty());
  // The order of a directory is not the same everywhere; inputs mean names.
  std::sort(paths_.begin(), paths_.end());
}

void MutatedTree::PutAside(const std::string& path) {
  std::error_code failed;
  const auto status = fs::symlink_status(path, failed);
  Saved saved{path, {}};
  if (!failed && fs::exists(status)) {
    saved.aside = aside_ + "/" + std::to_string(saved_.size());
    fs::rename(path, saved.aside, failed);
    if (failed) return;  // the directory above was replaced before
  }
  saved_.push_back(std::move(saved));
}

void MutatedTree::Apply(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  for (int step = 0; step < kMostSteps && !input.empty(); ++step) {
    const int operation = input.Byte() % kOperations;
    const std::string path = PathAt(input.Index());
    const std::string beside = path.substr(0, path.rfind('/'));
    std::error_code failed;
    if (!fs::is_directory(beside, failed)) continue;
    const std::string before =
        operation == kFlip || operation == kHide ? Read(path) : "";
    if (operation != kName) PutAside(path);
    switch (operation) {
      case kWrite:
        Write(path, input.Bytes());
        break;
      case kValue:
        Write(path, kValues[input.Byte() % std::size(kValues)]);
        break;
      case kLinkTo:
        fs::create_symlink(fs::relative(PathAt(input.Index()), beside, failed),
                           path, failed);
        break;
      case kLinkText:
        fs::create_symlink(input.Bytes(), path, failed);
        break;
      case kDirectory:
        fs::create_directory(path, failed);
        break;
      case kName: {
        const std::string name = beside + "/" + NameOf(input.Bytes());
        PutAside(name);
        Write(name, "1\n");
        break;
      }
      case kHide:
        Write(path, before);
        (void)::chmod(path.c_str(), 0);
        break;
      case kFlip: {
        std::string bytes = before;
        const std::string mask = input.Bytes();
        for (std::size_t i = 0; i < std::min(mask.size(), bytes.size()); ++i) {
          bytes[i] = static_cast<char>(bytes[i] ^ mask[i]);
        }
        Write(path, bytes);
        break;
      }
      default:  // kRemove
        break;
    }
  }
}

void MutatedTree::Restore() {
  for (; !saved_.empty(); saved_.pop_back()) {
    const Saved& saved = saved_.back();
    std::error_code failed;
    fs::remove_all(saved.path, failed);
    if (!saved.aside.empty()) fs::rename(saved.aside, saved.path, failed);
    ACCELD_CHECK(!failed);
  }
}

}  // namespace acceld::testing
