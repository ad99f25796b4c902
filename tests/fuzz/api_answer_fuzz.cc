// Whatever a Kubernetes API server answers: no crash, and a refusal is
// printable. The first byte of the input chooses the status.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "integrations/kubernetes/dra/api_answer.h"
#include "integrations/kubernetes/dra/publisher.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  constexpr std::array<long, 6> kStatuses = {200, 201, 404, 409, 429, 500};
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1,
                              size - 1);
  const auto answer =
      acceld::dra::ReadAnswer(kStatuses[*data % kStatuses.size()], body);
  if (!answer) {
    ACCELD_CHECK(!answer.error().message.empty());
    ACCELD_CHECK(acceld::IsUtf8(answer.error().message));
    return 0;
  }
  ACCELD_CHECK(answer->AsObject() != nullptr);
  // A slice is what it is, whatever it is.
  ACCELD_CHECK(acceld::dra::SaysTheSame(*answer, *answer));
  return 0;
}
