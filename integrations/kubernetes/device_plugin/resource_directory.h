// ResourceDirectory: the resources that the files of a directory say, followed
// as files change. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/directory_watch.h"
#include "base/result.h"
#include "integrations/kubernetes/bundles/resource.h"

namespace acceld::kubernetes {

class ResourceDirectory {
 public:
  // Reads them; every file must be right, for whoever starts the program is
  // there to read why not. Errors: those of ReadResources and
  // DirectoryWatch::Open.
  [[nodiscard]] static Result<ResourceDirectory> Open(const std::string& path);

  [[nodiscard]] const std::vector<Resource>& resources() const {
    return resources_;
  }
  // Readable when something happened in the directory.
  [[nodiscard]] int fd() const { return watch_.fd(); }
  // When what changed is to be read; nothing where nothing did.
  [[nodiscard]] std::optional<SteadyTime> due() const { return quiet_.due(); }

  // What is wrong with a resource, as acceld has it.
  using Check = std::function<Status(const Resource&)>;
  // Reads anew what changed, where it is time to. Whether the resources are
  // others than before.
  [[nodiscard]] bool Follow(SteadyTime now, const Check& check);
  // Reads them anew. A file that is wrong is logged and leaves the resource of
  // its name as it was; a directory that cannot be read, or is empty, leaves
  // all. Whether the resources are others than before.
  [[nodiscard]] bool Read(const Check& check);

 private:
  ResourceDirectory(std::string path, DirectoryWatch watch)
      : path_(std::move(path)), watch_(std::move(watch)) {}

  // What a file stands for now; nothing where it never was right.
  [[nodiscard]] std::optional<Resource> Choose(ResourceFile file,
                                               const Check& check) const;

  std::string path_;
  DirectoryWatch watch_;
  QuietTime quiet_;
  std::vector<Resource> resources_;  // by name
};

}  // namespace acceld::kubernetes
