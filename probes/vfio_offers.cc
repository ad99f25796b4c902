#include "probes/vfio_offers.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include "api/functions.h"
#include "base/document_reader.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/trusted_file.h"
#include "base/utf8.h"

namespace acceld::probes {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostOffers = 1024;
constexpr std::size_t kMaxGlobBytes = 64;
// MODULE_NAME_LEN of the kernel.
constexpr std::size_t kMaxDriverBytes = 56;
constexpr std::string_view kNoDriver = "none";

// Four hexadecimal digits, as every tool prints them.
Result<std::int64_t> ParseId(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  std::int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, id, 16);
  if (text.size() == kDigits && parsed.ec == std::errc() && parsed.ptr == end &&
      text.front() != '-') {
    return id;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "must be four hexadecimal digits, such as \"8086\"");
}

Result<std::string> CheckGlob(std::string_view glob) {
  if (!glob.empty() && glob.size() <= kMaxGlobBytes) return std::string(glob);
  return Fail(
      ErrorCode::kInvalidArgument,
      "a glob must have 1 to " + std::to_string(kMaxGlobBytes) + " bytes");
}

bool IsDriverName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxDriverBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                  c == ' ';
         });
}

std::vector<std::string> ReadFunctions(ObjectReader& reader) {
  std::vector<std::string> functions = reader.Strings("functions");
  if (functions.empty()) {
    reader.Complain("functions",
                    "must name what it does (docs/functions.md): without a "
                    "function nobody can ask for it");
  }
  for (const std::string& function : functions) {
    if (api::IsFunction(function)) continue;
    reader.Complain("functions", "no function is called '" +
                                     Printable(function, 64) +
                                     "' (docs/functions.md lists them)");
  }
  return functions;
}

std::vector<std::string> ReadDrivers(ObjectReader& reader) {
  std::vector<std::string> drivers = reader.Strings("rebind");
  for (const std::string& driver : drivers) {
    if (IsDriverName(driver)) continue;
    reader.Complain("rebind",
                    "'" + Printable(driver, 64) + "' is no driver's name");
  }
  return drivers;
}

VfioOffer ReadOffer(const Document& document, const std::string& pointer,
                    Complaints& complaints) {
  VfioOffer offer;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return offer;
  for (const char* key : {"vendor", "device"}) {
    if (reader.Find(key) == nullptr) reader.Complain(key, "is required");
  }
  offer.vendor = reader.Parsed("vendor", ParseId).value_or(0);
  offer.device = reader.Parsed("device", ParseId).value_or(0);
  offer.class_glob = reader.Parsed("class", CheckGlob).value_or("");
  offer.address_glob = reader.Parsed("address", CheckGlob).value_or("");
  offer.functions = ReadFunctions(reader);
  offer.rebind = ReadDrivers(reader);
  (void)reader.String("description");  // for people
  reader.RefuseUnknownKeys();
  return offer;
}

std::string ClassText(std::int64_t class_code) {
  std::array<char, 8> text{};
  (void)std::snprintf(text.data(), text.size(), "%06llx",
                      static_cast<unsigned long long>(class_code) & 0xffffff);
  return text.data();
}

bool Matches(const VfioOffer& offer, const PciIdentity& identity,
             std::string_view address) {
  if (offer.vendor != identity.vendor || offer.device != identity.device) {
    return false;
  }
  if (!offer.address_glob.empty() &&
      !MatchesGlob(offer.address_glob, address)) {
    return false;
  }
  return offer.class_glob.empty() ||
         (identity.class_code != PciIdentity::kUnknown &&
          MatchesGlob(offer.class_glob, ClassText(identity.class_code)));
}

}  // namespace

bool VfioOffer::MayTakeFrom(std::string_view driver) const {
  const std::string_view name = driver.empty() ? kNoDriver : driver;
  return std::find(rebind.begin(), rebind.end(), name) != rebind.end();
}

const VfioOffer* VfioOffers::Find(const PciIdentity& identity,
                                  std::string_view address) const {
  const auto found =
      std::find_if(offers.begin(), offers.end(), [&](const VfioOffer& offer) {
        return Matches(offer, identity, address);
      });
  return found == offers.end() ? nullptr : &*found;
}

Result<VfioOffers> ParseVfioOffers(std::string_view name,
                                   std::string_view text) {
  auto document = ParseJson(text);
  if (!document) {
    return Fail(std::move(document.error()).In(Printable(name)));
  }
  Complaints complaints;
  VfioOffers parsed;
  ObjectReader reader(*document, Printable(name) + "#", complaints);
  if (document->AsObject() != nullptr) {
    if (reader.Find("version") == nullptr) {
      reader.Complain("version", "is required");
    }
    (void)reader.Integer("version", kVersion, kVersion);
    (void)reader.String("$schema");      // for editors
    (void)reader.String("description");  // for people
    const Document::Array* offers = reader.Array("offers");
    if (offers != nullptr && offers->size() > kMostOffers) {
      reader.Complain("offers", "more than " + std::to_string(kMostOffers));
    } else if (offers != nullptr) {
      for (std::size_t i = 0; i < offers->size(); ++i) {
        parsed.offers.push_back(
            ReadOffer((*offers)[i], PointerTo(reader.PointerOf("offers"), i),
                      complaints));
      }
    }
    reader.RefuseUnknownKeys();
  }
  if (!complaints.empty()) return Fail(complaints.ToError());
  return parsed;
}

Result<VfioOffers> ReadVfioOffers(const std::string& path) {
  auto text = ReadTrustedFile(AT_FDCWD, path, path);
  if (text) return ParseVfioOffers(path, *text);
  if (text.error().code == ErrorCode::kNotFound) return VfioOffers{};
  return Fail(std::move(text.error()));
}

}  // namespace acceld::probes
