#include "client/policy/workload.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/document_reader.h"
#include "base/json.h"
#include "client/policy/generated.h"
#include "client/policy/text_file.h"
#include "placement/request.h"

namespace acceld::policy_tool {
namespace {

class WorkloadReader {
 public:
  WorkloadReader(const People& people, const ReadPipeline& read,
                 std::optional<std::int64_t> seed)
      : people_(people), read_(read), seed_(seed) {}

  Result<Workload> Read(const Document& document) {
    ObjectReader reader(document, "", complaints_);
    (void)reader.String("$schema");
    (void)reader.String("description");
    (void)reader.Integer("version", 1, 1);
    ReadUsers(reader);
    ReadPipelines(reader);
    const Document* requests = reader.Find("requests");
    const Document* generate = reader.Find("generate");
    if ((requests == nullptr) == (generate == nullptr)) {
      reader.ComplainHere(
          "give either \"requests\" (a list) or \"generate\" (an object)");
    } else if (requests != nullptr) {
      ReadRequests(reader);
    } else {
      ReadGenerator(*generate);
    }
    const auto watch = reader.String("watch");
    reader.RefuseUnknownKeys();
    if (fault_) return Fail(*fault_);
    if (!complaints_.empty()) return Fail(complaints_.ToError());
    std::stable_sort(
        workload_.arrivals.begin(), workload_.arrivals.end(),
        [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
    workload_.watch = watch ? *watch : MostAsked();
    return std::move(workload_);
  }

 private:
  void ReadUsers(ObjectReader& reader) {
    const Document::Object* users = reader.Object("users");
    if (users == nullptr) return;
    for (const auto& [name, document] : *users) {
      const std::string pointer = PointerTo(reader.PointerOf("users"), name);
      ObjectReader user(document, pointer, complaints_);
      SubjectText text;
      text.user = user.String("user").value_or(name);
      text.groups = user.Strings("groups");
      text.slice = user.String("slice").value_or("");
      user.RefuseUnknownKeys();
      AddUser(name, text, pointer);
    }
  }

  void AddUser(const std::string& name, const SubjectText& text,
               const std::string& pointer) {
    auto subject = MakeSubject(text, people_);
    if (subject) {
      users_.emplace(name, workload_.users.size());
      workload_.users.push_back({name, *std::move(subject)});
    } else if (subject.error().code == ErrorCode::kNotFound) {
      complaints_.Add(pointer, subject.error().message);
    } else {
      fault_ = subject.error();
    }
  }

  void ReadPipelines(ObjectReader& reader) {
    const Document::Object* pipelines = reader.Object("pipelines");
    if (pipelines == nullptr) return;
    for (const auto& [name, document] : *pipelines) {
      AddPipeline(name, document,
                  PointerTo(reader.PointerOf("pipelines"), name));
    }
  }

  std::size_t AddPipeline(const std::string& name, const Document& document,
                          const std::string& pointer) {
    const std::size_t index = workload_.pipelines.size();
    pipelines_.emplace(name, index);
    workload_.pipelines.push_back({name, document});
    const std::string* file = document.AsString();
    if (file != nullptr) {
      auto read = read_(*file);
      if (read) {
        workload_.pipelines.back().document = *std::move(read);
      } else {
        complaints_.Add(pointer, read.error().message);
        return index;
      }
    }
    const auto request =
        placement::ParseRequest(workload_.pipelines.back().document);
    if (!request) complaints_.Add(pointer, request.error().message);
    return index;
  }

  // Who is not described under "users" is a user of that name.
  std::size_t UserOf(ObjectReader& reader) {
    const auto name = reader.RequiredString("user");
    if (!name) return 0;
    if (!users_.contains(*name)) {
      AddUser(*name, {.user = *name, .groups = {}, .slice = ""},
              reader.PointerOf("user"));
    }
    const auto found = users_.find(*name);
    return found == users_.end() ? 0 : found->second;
  }

  // The name of one of "pipelines", or a pipeline itself.
  std::size_t PipelineOf(ObjectReader& reader) {
    const Document* pipeline = reader.Find("pipeline");
    if (pipeline == nullptr) {
      reader.Complain("pipeline", "is required");
      return 0;
    }
    const std::string* name = pipeline->AsString();
    if (name == nullptr) {
      return AddPipeline("#" + std::to_string(pipelines_.size()), *pipeline,
                         reader.PointerOf("pipeline"));
    }
    const auto found = pipelines_.find(*name);
    if (found != pipelines_.end()) return found->second;
    return AddPipeline(*name, *pipeline, reader.PointerOf("pipeline"));
  }

  Nanoseconds RequiredTime(ObjectReader& reader, std::string_view key) {
    if (reader.Find(key) == nullptr) reader.Complain(key, "is required");
    return reader.Parsed(key, ParseNanoseconds).value_or(Nanoseconds());
  }

  void ReadRequests(ObjectReader& reader) {
    const Document::Array* requests = reader.Array("requests");
    if (requests == nullptr) return;
    for (std::size_t i = 0; i < requests->size(); ++i) {
      ObjectReader request((*requests)[i],
                           PointerTo(reader.PointerOf("requests"), i),
                           complaints_);
      Arrival arrival;
      arrival.at = RequiredTime(request, "at");
      arrival.hold = HoldOf(request, arrival.at);
      arrival.user = UserOf(request);
      arrival.pipeline = PipelineOf(request);
      request.RefuseUnknownKeys();
      workload_.arrivals.push_back(arrival);
    }
  }

  Nanoseconds HoldOf(ObjectReader& request, Nanoseconds at) {
    const auto hold = request.Parsed("hold", ParseNanoseconds);
    const auto until = request.Parsed("until", ParseNanoseconds);
    if (hold.has_value() == until.has_value()) {
      request.ComplainHere("give either \"hold\" or \"until\"");
      return {};
    }
    if (hold) return *hold;
    if (*until > at) return *until - at;
    request.Complain("until", "is not after \"at\"");
    return {};
  }

  void ReadGenerator(const Document& document) {
    ObjectReader reader(document, "/generate", complaints_);
    Generator generator;
    if (reader.Find("requests") == nullptr) {
      reader.Complain("requests", "is required");
    }
    generator.requests =
        reader.Integer("requests", 1, kMaxArrivals).value_or(0);
    generator.mean_gap = RequiredTime(reader, "mean_gap");
    generator.seed =
        reader.Integer("seed", 0, std::int64_t{1} << 53).value_or(1);
    if (seed_) generator.seed = *seed_;
    const Document::Array* mix = reader.Array("mix");
    if (mix == nullptr || mix->empty()) {
      reader.Complain("mix", "needs at least one kind of request");
    } else {
      for (std::size_t i = 0; i < mix->size(); ++i) {
        ObjectReader entry((*mix)[i], PointerTo(reader.PointerOf("mix"), i),
                           complaints_);
        MixEntry& made = generator.mix.emplace_back();
        made.weight = entry.Integer("weight", 1, 1'000'000).value_or(1);
        made.mean_hold = RequiredTime(entry, "mean_hold");
        made.user = UserOf(entry);
        made.pipeline = PipelineOf(entry);
        entry.RefuseUnknownKeys();
      }
    }
    reader.RefuseUnknownKeys();
    if (complaints_.empty()) workload_.arrivals = DrawArrivals(generator);
  }

  // The function that most replicas of all requests ask for.
  [[nodiscard]] std::string MostAsked() const {
    std::map<std::string, std::int64_t> counts;
    std::vector<std::int64_t> used(workload_.pipelines.size());
    for (const Arrival& arrival : workload_.arrivals) ++used[arrival.pipeline];
    for (std::size_t i = 0; i < used.size(); ++i) {
      const auto request =
          placement::ParseRequest(workload_.pipelines[i].document);
      for (const placement::Stage& stage : request->stages) {
        counts[stage.function] += used[i] * stage.count;
      }
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? "" : most->first;
  }

  const People& people_;
  const ReadPipeline& read_;
  std::optional<std::int64_t> seed_;
  Complaints complaints_;
  std::optional<Error> fault_;
  Workload workload_;
  std::map<std::string, std::size_t> users_;
  std::map<std::string, std::size_t> pipelines_;
};

}  // namespace

Result<Workload> ParseWorkload(const Document& document, const People& people,
                               const ReadPipeline& read,
                               std::optional<std::int64_t> seed) {
  return WorkloadReader(people, read, seed).Read(document);
}

Result<Document> ReadJsonFile(const std::string& path) {
  ACCELD_TRY(const std::string text, ReadTextFile(path));
  const JsonLimits limits{.bytes = kMaxTextBytes, .elements = 8'000'000};
  auto document = ParseJson(text, limits);
  if (!document) return Fail(std::move(document.error()).In(path));
  return document;
}

Result<Workload> ReadWorkload(const std::string& path, const People& people,
                              std::optional<std::int64_t> seed) {
  ACCELD_TRY(const Document document, ReadJsonFile(path));
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  auto workload = ParseWorkload(
      document, people,
      [&](const std::string& name) {
        return ReadJsonFile((folder / name).string());
      },
      seed);
  if (!workload) return Fail(std::move(workload.error()).In(path));
  return workload;
}

}  // namespace acceld::policy_tool
