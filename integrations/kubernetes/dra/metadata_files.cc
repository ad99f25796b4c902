#include "integrations/kubernetes/dra/metadata_files.h"

#include <algorithm>
#include <utility>

namespace acceld::dra {
namespace {

// An uid has no '_'.
std::string PrefixOf(const std::string& uid) { return uid + "_"; }

std::string NameOf(const std::string& uid, const std::string& request) {
  return PrefixOf(uid) + request + ".json";
}

}  // namespace

Result<MetadataFiles> MetadataFiles::Make(const std::string& path) {
  ACCELD_TRY(cdi::SpecDirectory directory, cdi::SpecDirectory::Make(path));
  return MetadataFiles(std::move(directory));
}

ClaimLease::File MetadataFiles::FileOf(const RequestMetadata& metadata,
                                       const std::string& name) const {
  return {metadata.request, directory_.path() + "/" + name,
          metadata.container_path};
}

Result<MetadataFiles::Files> MetadataFiles::Write(
    const std::string& uid, const std::vector<RequestMetadata>& all) const {
  Files files;
  for (const RequestMetadata& one : all) {
    const std::string name = NameOf(uid, one.request);
    ACCELD_TRY_VOID(directory_.Write(name, one.text));
    files.push_back(FileOf(one, name));
  }
  return files;
}

MetadataFiles::Files MetadataFiles::Find(const std::string& uid) const {
  Files files;
  const auto names = directory_.Names(PrefixOf(uid));
  if (!names) return files;
  for (const std::string& name : *names) {
    auto text = directory_.Read(name);
    if (!text) continue;
    const auto read = ReadMetadata(*std::move(text));
    if (read && NameOf(uid, read->request) == name) {
      files.push_back(FileOf(*read, name));
    }
  }
  return files;
}

void MetadataFiles::Remove(const std::string& uid) const {
  const auto names = directory_.Names(PrefixOf(uid));
  if (!names) return;
  for (const std::string& name : *names) (void)directory_.Remove(name);
}

void MetadataFiles::RemoveBut(const std::vector<std::string>& uids) const {
  const auto names = directory_.Names("");
  if (!names) return;
  for (const std::string& name : *names) {
    const std::string uid = name.substr(0, name.find('_'));
    if (std::find(uids.begin(), uids.end(), uid) == uids.end()) {
      (void)directory_.Remove(name);
    }
  }
  (void)directory_.RemoveLeftovers("");
}

}  // namespace acceld::dra
