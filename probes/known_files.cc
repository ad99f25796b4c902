#include "probes/known_files.h"

namespace acceld::probes {

void KnownFiles::Forget(const std::function<bool(const std::string&)>& is_old) {
  const auto has_old_path = [&is_old](const auto& file) {
    return is_old(file.first);
  };
  std::erase_if(links, has_old_path);
  std::erase_if(texts, has_old_path);
  std::erase_if(absent, is_old);
}

}  // namespace acceld::probes
