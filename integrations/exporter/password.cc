#include "integrations/exporter/password.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/trusted_file.h"

namespace acceld::exporter {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

// Digests are of one length: comparing them tells nothing of the texts'.
Digest DigestOf(std::string_view text) {
  Digest digest{};
  (void)::SHA256(reinterpret_cast<const unsigned char*>(text.data()),
                 text.size(), digest.data());
  return digest;
}

bool AreSame(std::string_view one, std::string_view other) {
  const Digest first = DigestOf(one);
  const Digest second = DigestOf(other);
  return ::CRYPTO_memcmp(first.data(), second.data(), first.size()) == 0;
}

}  // namespace

Result<Password> Password::Parse(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 ||
      colon + 1 == text.size() || text.find('\n') != std::string_view::npos) {
    return Fail(ErrorCode::kInvalidArgument, "must be one line, USER:PASSWORD");
  }
  return Password(std::string(text.substr(0, colon)),
                  std::string(text.substr(colon + 1)));
}

Result<Password> Password::Read(const std::string& path) {
  auto text = ReadTrustedFile(AT_FDCWD, path, path);
  if (!text) return Fail(std::move(text.error()));
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return FailErrno(path, errno);
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    return Fail(ErrorCode::kPermissionDenied,
                path + ": others may read it; chmod it to 0600");
  }
  auto password = Parse(*text);
  if (!password) return Fail(std::move(password.error()).In(path));
  return password;
}

bool Password::Admits(std::string_view user, std::string_view password) const {
  const bool is_user = AreSame(user, user_);
  const bool is_password = AreSame(password, password_);
  return is_user && is_password;
}

}  // namespace acceld::exporter
