#include "integrations/slurm/gres_names.h"

#include <algorithm>
#include <array>

namespace acceld::slurm {
namespace {

constexpr std::size_t kMaxType = 40;     // longer ones make scontrol unreadable
constexpr std::size_t kMaxPath = 256;    // of a device node
constexpr std::size_t kMaxHosts = 1024;  // of a host list

struct Rule {
  std::string_view family;  // the whole function, or up to its '/'
  std::string_view name;
};

constexpr std::array kRules{
    Rule{"compute/gpu", "gpu"},
    Rule{"graphics", "gpu"},
    Rule{"video", "gpu"},
    Rule{"compute/npu", "npu"},
    Rule{"fpga", "fpga"},
    Rule{"net", "nic"},
    Rule{"storage", "storage"},
    Rule{"compress", "compress"},
    Rule{"decompress", "compress"},
    Rule{"aead", "crypto"},
    Rule{"cipher", "crypto"},
    Rule{"digest", "crypto"},
    Rule{"pubkey", "crypto"},
    Rule{"copy", "dsa"},
    Rule{"fill", "dsa"},
    Rule{"compare", "dsa"},
    Rule{"delta", "dsa"},
    Rule{"checksum", "dsa"},
    Rule{"protect", "dsa"},
    Rule{"transform", "dsa"},
    Rule{"scan", "dsa"},
};

bool IsLowerOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsAmong(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return IsLowerOrDigit(Lower(c)) || marks.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string GresNameOf(std::span<const std::string> functions) {
  for (const auto& [family, name] : kRules) {
    for (const std::string_view function : functions) {
      if (function == family ||
          function.substr(0, function.find('/')) == family) {
        return std::string(name);
      }
    }
  }
  return "accel";
}

std::string GresTypeFrom(std::string_view text) {
  std::string type;
  for (const char c : text) {
    const char lower = Lower(c);
    if (IsLowerOrDigit(lower) || (c == '-' && !type.empty())) {
      type.push_back(lower);
    } else if (!type.empty() && type.back() != '_') {
      type.push_back('_');
    }
  }
  if (type.size() > kMaxType) type.resize(kMaxType);
  while (!type.empty() && !IsLowerOrDigit(type.back())) type.pop_back();
  if (!type.empty() && std::all_of(type.begin(), type.end(), IsDigit)) {
    type.insert(0, "model_");
  }
  return type;
}

bool IsGresFile(std::string_view path) {
  return path.starts_with("/dev/") && path.size() <= kMaxPath &&
         path.find("/..") == std::string_view::npos && IsAmong(path, "/_-.:");
}

bool IsHostList(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHosts && IsAmong(text, "-_.,[]");
}

}  // namespace acceld::slurm
