// All leases and what they take of the machine. Loop thread only; the
// Occupancy it hands out is a snapshot that solver threads may keep.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/process_id.h"
#include "daemon/lease/lease.h"
#include "placement/occupancy.h"

namespace acceld::daemon {

class LeaseTable {
 public:
  LeaseTable();

  // The machine's use now; a later change makes a new value.
  [[nodiscard]] std::shared_ptr<const placement::Occupancy> occupancy() const {
    return occupancy_;
  }
  // Calls `changed`, from within the calls that do it, with each device of
  // which something was taken or given back.
  void OnChange(std::function<void(const std::string& device)> changed) {
    changed_ = std::move(changed);
  }
  // Grows with every change of the occupancy.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  // Takes from the machine what a lease that is being made needs.
  void Charge(const LeaseCharges& charges);
  // Requires: a new id, and charges that were charged.
  Lease& Insert(std::unique_ptr<Lease> lease);
  // A lease that has not ended; null where there is none.
  [[nodiscard]] Lease* Find(std::string_view id);
  [[nodiscard]] std::vector<Lease*> All();

  // Takes the lease out of the table. Its charges stay until Free().
  // Requires: it is in the table.
  [[nodiscard]] std::unique_ptr<Lease> Remove(std::string_view id);
  // Gives back what a removed lease took: its devices are proven closed.
  void Free(const LeaseCharges& charges);
  // Gives back one open of `device` ahead of the rest, and takes it out of
  // `charges`. Requires: they were charged.
  void FreeDevice(LeaseCharges& charges, const std::string& device);
  // Keeps everybody from `device` until each call was taken back.
  void Block(const std::string& device);
  void Unblock(const std::string& device);
  // Whether a lease may use the PASID of a process of this number.
  [[nodiscard]] bool MayHavePasid(pid_t pid) const;
  // Whether a lease uses the PASID of this process.
  [[nodiscard]] bool HasPasid(const ProcessId& process) const {
    return pasids_.contains(process);
  }

 private:
  placement::Occupancy& Change();
  void Tell(const placement::Occupancy::Charges& charges) const;

  std::map<LeaseId, std::unique_ptr<Lease>, std::less<>> leases_;
  std::shared_ptr<placement::Occupancy> occupancy_;
  std::uint64_t version_ = 0;
  std::map<ProcessId, std::int64_t> pasids_;         // leases that use it
  std::function<void(const std::string&)> changed_;  // may be null
};

}  // namespace acceld::daemon
