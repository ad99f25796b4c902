#include "placement/refusal_document.h"

#include <string>
#include <utility>
#include <vector>

#include "placement/rejections.h"

namespace acceld::placement {
namespace {

Document Texts(const std::vector<std::string>& lines) {
  Document::Array texts;
  for (const std::string& line : lines) texts.emplace_back(line);
  return texts;
}

Document Empty(const Refusal& refusal) {
  Document::Array parts;
  for (const EmptyPart& part : refusal.empty) {
    parts.push_back(Document::Object{
        {"kind", part.kind}, {"pointer", part.pointer}, {"text", part.text}});
  }
  return parts;
}

Document Conflict(const Refusal& refusal) {
  Document::Array demands;
  for (const ConflictingDemand& one : refusal.conflict) {
    Document::Object members{
        {"kind", one.kind}, {"pointer", one.pointer}, {"text", one.text}};
    if (one.fits_without) {
      members.emplace_back("fits_without", *one.fits_without);
    }
    if (!one.fits_with.empty())
      members.emplace_back("fits_with", one.fits_with);
    demands.push_back(std::move(members));
  }
  return demands;
}

}  // namespace

Document ToDocument(const RefusalHead& head, const Request& request,
                    const CandidateSet& candidates,
                    const graph::Topology& topology, const Refusal& refusal) {
  Document document;
  document.Set("outcome", head.outcome);
  document.Set("reasons", Texts(head.reasons));
  document.Set("empty", Empty(refusal));
  document.Set("conflict", Conflict(refusal));
  if (!refusal.conflict.empty()) document.Set("minimal", refusal.minimal);
  document.Set("suggestions", Texts(refusal.Suggestions()));
  SetRejections(document, request, candidates, topology);
  return document;
}

}  // namespace acceld::placement
