// The broker's private parts, shared by its two source files.
#pragma once

#include <vector>

#include "daemon/broker.h"

namespace acceld::daemon {

// An Acquire on its way.
struct Broker::Pending {
  Asker asker;
  Document pipeline;
  UniqueFd session;
  bool keep = false;
  AcquireDone done;
  Ledger::Charge lease_charge;
  int retries = 0;
  Snapshot snapshot;       // that the running solve uses
  Granter::Opened opened;  // nodes that the solve opened
};

// A lease that ended, until its devices are proven closed.
struct Broker::Ending {
  LeaseId id;
  placement::Occupancy::Charges charges;
  Ledger::Charge lease_charge;
  Ledger::Charge quota;
  std::vector<soft::QueueId> queues;  // not yet proven closed
  ReleaseDone done;
};

}  // namespace acceld::daemon
