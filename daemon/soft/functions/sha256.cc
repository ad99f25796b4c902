#include <openssl/evp.h>

#include <array>
#include <memory>

#include "daemon/soft/functions/functions.h"

namespace acceld::soft {
namespace {

using api::soft::CompletionStatus;

constexpr std::size_t kDigestBytes = 32;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestState = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

// Looked up once: a fetch per operation would cost more than a small digest.
const EVP_MD* Sha256() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

bool PrepareDigestSha256() {
  // The system's openssl.cnf could load providers; a worker wants none.
  constexpr std::uint64_t kNoConfiguration = OPENSSL_INIT_NO_LOAD_CONFIG;
  return OPENSSL_init_crypto(kNoConfiguration, nullptr) == 1 &&
         Sha256() != nullptr;
}

CompletionStatus DigestSha256(Operation& operation) {
  const api::soft::Descriptor& d = operation.descriptor();
  if (d.destination_size < kDigestBytes) return CompletionStatus::kTooSmall;
  const DigestState state(EVP_MD_CTX_new());
  if (state == nullptr || Sha256() == nullptr ||
      EVP_DigestInit_ex(state.get(), Sha256(), nullptr) != 1) {
    return CompletionStatus::kInternal;
  }
  for (std::uint64_t offset = 0; offset < d.source_size;) {
    const std::span<std::byte> chunk =
        operation.workspace().input().first(operation.ChunkAt(offset));
    const CompletionStatus status = operation.Read(offset, chunk);
    if (status != CompletionStatus::kOk) return status;
    if (EVP_DigestUpdate(state.get(), chunk.data(), chunk.size()) != 1) {
      return CompletionStatus::kInternal;
    }
    offset += chunk.size();
  }
  std::array<std::byte, kDigestBytes> digest{};
  if (EVP_DigestFinal_ex(state.get(),
                         reinterpret_cast<unsigned char*>(digest.data()),
                         nullptr) != 1) {
    return CompletionStatus::kInternal;
  }
  return operation.Write(0, digest);
}

}  // namespace acceld::soft
