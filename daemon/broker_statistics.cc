// Broker, fifth part: what became of requests, told to those who see the
// namespace of who asked.
#include <chrono>
#include <map>
#include <utility>

#include "api/outcome.h"
#include "daemon/broker.h"

namespace acceld::daemon {
namespace {

// How a call of Plan ended: that nothing fits is an answer.
std::optional<ErrorCode> RefusalOf(const Result<Document>& planned) {
  if (!planned) return planned.error().code;
  const Document* outcome = planned->Find("outcome");
  const std::string* word = outcome == nullptr ? nullptr : outcome->AsString();
  return word == nullptr ? std::nullopt : api::RefusalCodeOf(*word);
}

}  // namespace

Tally& Broker::TallyOf(const policy::Subject& subject) {
  return statistics_.Of(policy_->NamespaceOf(policy_->Mark(subject)), subject);
}

Broker::AcquireDone Broker::Counted(const Asker& asker, AcquireDone done) {
  return [this, subject = asker.subject, start = parts_.clock.Now(),
          done = std::move(done)](Result<Acquired> acquired) {
    Tally& tally = TallyOf(subject);
    if (acquired) {
      tally.acquire.Count(std::nullopt);
      const std::chrono::duration<double> took = parts_.clock.Now() - start;
      tally.acquire_seconds.Add(took.count());
    } else {
      tally.acquire.Count(acquired.error().code);
    }
    done(std::move(acquired));
  };
}

Broker::PlanDone Broker::Counted(const Asker& asker, PlanDone done) {
  return [this, subject = asker.subject,
          done = std::move(done)](Result<Document> planned) {
    TallyOf(subject).plan.Count(RefusalOf(planned));
    done(std::move(planned));
  };
}

std::vector<Broker::NamespaceStatistics> Broker::StatisticsFor(
    const Asker& asker) {
  static const Tally kNothing;
  const policy::SubjectMarks who = policy_->Mark(asker.subject);
  std::map<std::string_view, NamespaceStatistics> seen;
  const auto see = [&](std::string_view name) -> NamespaceStatistics& {
    return seen.try_emplace(name, std::string(name), 0, &kNothing)
        .first->second;
  };
  (void)see(policy_->NamespaceOf(who));
  for (const auto& [name, entry] : statistics_.entries()) {
    if (!policy_->Sees(who, policy_->Mark(entry.member))) continue;
    see(name).tally = &entry.tally;
  }
  for (const Lease* lease : leases_.All()) {
    const policy::SubjectMarks owner = policy_->Mark(lease->subject);
    if (policy_->Sees(who, owner)) ++see(policy_->NamespaceOf(owner)).leases;
  }
  std::vector<NamespaceStatistics> list;
  for (auto& [name, one] : seen) list.push_back(std::move(one));
  return list;
}

void Broker::KeepStatistics() {
  statistics_.Keep([this](const policy::Subject& member) {
    return policy_->NamespaceOf(policy_->Mark(member));
  });
}

}  // namespace acceld::daemon
