// Runs a fuzz target over files: each whole, and each of its beginnings, which
// is where parsers trip. Fails where there is no file.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

constexpr std::size_t kMostBeginnings = 4096;  // of one file

void Run(const std::string& bytes, std::size_t size) {
  // A buffer of exactly this size: the sanitizers see one byte too many.
  const std::vector<std::uint8_t> copy(
      bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  (void)LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

void Replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Run(bytes, bytes.size());
  for (std::size_t i = 0; i < bytes.size() && i < kMostBeginnings; ++i) {
    Run(bytes, i);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int replayed = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      (void)std::printf("%s\n", entry.path().c_str());
      (void)std::fflush(stdout);  // the last one is named where it breaks
      Replay(entry.path());
      ++replayed;
    }
  }
  (void)std::printf("replayed %d inputs\n", replayed);
  return replayed == 0 ? 1 : 0;
}
