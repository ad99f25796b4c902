// ClaimLeases: the leases of claims in acceld, each labelled with the uid of
// its claim, so that it is found again after a restart of this program, and
// after a call whose answer was lost. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/units.h"
#include "client/client.h"
#include "integrations/kubernetes/dra/inventory.h"

namespace acceld::dra {

// Of the API server: 1 to 64 letters, digits and dashes, a dash neither first
// nor last. What a kubelet says becomes part of names of files and devices.
[[nodiscard]] bool IsUid(std::string_view uid);

class ClaimLeases {
 public:
  // `linger`: how long leases outlive this program. `acceld` must outlive it.
  ClaimLeases(Acceld& acceld, Nanoseconds linger)
      : acceld_(acceld), linger_(linger) {}

  // A new lease for the claim. Its grants are for who connects to its own
  // socket, in a container; where acceld gives leases no sockets, its devices
  // are reserved, and opened by their nodes. `pipeline`: of PipelineOf().
  // Errors: those of Client::Acquire.
  [[nodiscard]] Result<client::Lease> Acquire(const std::string& uid,
                                              const Document& pipeline) const;

  // Goes on with the lease that has the claim's label, where there is one and
  // it is this user's: a label is no proof, anybody may choose it. Errors:
  // kUnavailable (no acceld), others of the bus.
  [[nodiscard]] Result<std::optional<client::Lease>> Find(
      const std::string& uid) const;

  // A lease of this user, and the claim that its label names.
  struct Labelled {
    std::string uid;
    client::Lease lease;
  };
  // Goes on with all of them. Errors: as Find().
  [[nodiscard]] Result<std::vector<Labelled>> FindAll() const;

 private:
  Acceld& acceld_;
  const Nanoseconds linger_;
};

}  // namespace acceld::dra
