// The files that containers find metadata in (claim_metadata.h), on this node:
// "UID_REQUEST.json" in a directory below that of the specs, where no runtime
// looks for specs: they come and go with them, and nothing waits for a disk.
// Thread-safe for different claims.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "integrations/cdi/spec_directory.h"
#include "integrations/kubernetes/dra/claim_metadata.h"
#include "integrations/kubernetes/dra/claim_spec.h"

namespace acceld::dra {

class MetadataFiles {
 public:
  using Files = std::vector<ClaimLease::File>;

  // Makes the directory where it is not there. Errors: those of
  // cdi::SpecDirectory::Make.
  [[nodiscard]] static Result<MetadataFiles> Make(const std::string& path);

  // Errors: those of cdi::SpecDirectory::Write.
  [[nodiscard]] Result<Files> Write(
      const std::string& uid, const std::vector<RequestMetadata>& all) const;
  // Those of the claim that there are.
  [[nodiscard]] Files Find(const std::string& uid) const;
  void Remove(const std::string& uid) const;
  // Removes those of all other claims.
  void RemoveBut(const std::vector<std::string>& uids) const;

 private:
  explicit MetadataFiles(cdi::SpecDirectory directory)
      : directory_(std::move(directory)) {}
  [[nodiscard]] ClaimLease::File FileOf(const RequestMetadata& metadata,
                                        const std::string& name) const;
  cdi::SpecDirectory directory_;
};

}  // namespace acceld::dra
