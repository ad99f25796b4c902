// What a job of the Slurm test runs: does work on the device that its task was
// given, says so, and holds it until a file is there.
//
// usage: task_work [FILE]
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "api/soft_queue.h"
#include "base/json.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "client/soft_queue.h"

namespace acceld {
namespace {

constexpr std::size_t kSize = 100'000;
constexpr std::uint64_t kLevel = 6;  // of DEFLATE

// The queue of the first grant.
Result<client::SoftQueue> OpenQueue() {
  const char* text = std::getenv("ACCELD_GRANTS");  // NOLINT: one thread
  if (text == nullptr) return Fail(ErrorCode::kNotFound, "no ACCELD_GRANTS");
  ACCELD_TRY(const Document grants, ParseJson(text));
  const auto* list = grants.AsArray();
  const Document* fd =
      list == nullptr || list->empty() ? nullptr : list->front().Find("fd");
  if (fd == nullptr || fd->AsInteger() == nullptr) {
    return Fail(ErrorCode::kNotFound, "no grant");
  }
  return client::SoftQueue::Bind(UniqueFd(static_cast<int>(*fd->AsInteger())));
}

// Whether raw DEFLATE in `packed` is `original`.
bool UnpacksTo(std::vector<std::byte>& packed,
               const std::vector<std::byte>& original) {
  std::vector<std::byte> unpacked(original.size());
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  const int end = ::inflate(&stream, Z_FINISH);
  (void)::inflateEnd(&stream);
  return end == Z_STREAM_END && unpacked == original;
}

Status Work() {
  ACCELD_TRY(client::SoftQueue queue, OpenQueue());
  std::vector<std::byte> original(kSize);
  for (std::size_t i = 0; i < kSize; ++i) original[i] = std::byte(i / 100 % 7);
  std::vector<std::byte> packed(kSize);
  ACCELD_TRY(
      const api::soft::Completion done,
      queue.Run(api::soft::Opcode::kCompressDeflate, original, packed, kLevel));
  if (done.status !=
          static_cast<std::uint16_t>(api::soft::CompletionStatus::kOk) ||
      !UnpacksTo(packed, original)) {
    return Fail(ErrorCode::kCorruptInput, "the device is wrong");
  }
  return {};
}

void WaitFor(const char* file) {
  struct stat status {};
  constexpr useconds_t kPause = 20'000;
  while (::stat(file, &status) != 0) (void)::usleep(kPause);
}

}  // namespace
}  // namespace acceld

int main(int argc, char** argv) {
  const acceld::Status worked = acceld::Work();
  if (!worked) {
    std::fprintf(stderr, "task_work: %s\n", worked.error().message.c_str());
    return 1;
  }
  std::puts("worked");
  (void)std::fflush(stdout);
  if (argc > 1) acceld::WaitFor(argv[1]);
  return 0;
}
