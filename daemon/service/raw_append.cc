#include "daemon/service/raw_append.h"

#include <algorithm>

namespace acceld::daemon {
namespace {

int AppendVariant(sd_bus_message* message, const Document& value);

// Calls `fill` between open and close of a container; stops at an error.
template <typename Fill>
int Contain(sd_bus_message* message, char type, const char* contents,
            Fill fill) {
  int error = sd_bus_message_open_container(message, type, contents);
  if (error >= 0) error = fill();
  if (error >= 0) error = sd_bus_message_close_container(message);
  return error;
}

int AppendMembers(sd_bus_message* message, const Document& object) {
  return Contain(message, 'a', "{sv}", [&] {
    int error = 0;
    for (const auto& [key, value] : *object.AsObject()) {
      if (error < 0) break;
      if (value.is_null()) continue;
      error = Contain(message, 'e', "sv", [&] {
        const int named = sd_bus_message_append(message, "s", key.c_str());
        return named < 0 ? named : AppendVariant(message, value);
      });
    }
    return error;
  });
}

bool AllStrings(const Document::Array& elements) {
  return std::all_of(elements.begin(), elements.end(),
                     [](const Document& e) { return e.AsString() != nullptr; });
}

bool AllObjects(const Document::Array& elements) {
  return std::all_of(elements.begin(), elements.end(),
                     [](const Document& e) { return e.AsObject() != nullptr; });
}

int AppendArray(sd_bus_message* message, const Document::Array& elements) {
  const bool strings = AllStrings(elements);
  const bool objects = !strings && AllObjects(elements);
  const char* type = strings ? "as" : objects ? "aa{sv}" : "av";
  return Contain(message, 'v', type, [&] {
    return Contain(message, 'a', type + 1, [&] {
      int error = 0;
      for (const Document& element : elements) {
        if (error < 0) break;
        if (strings) {
          error =
              sd_bus_message_append(message, "s", element.AsString()->c_str());
        } else if (objects) {
          error = AppendMembers(message, element);
        } else {
          error = AppendVariant(message, element);
        }
      }
      return error;
    });
  });
}

int AppendVariant(sd_bus_message* message, const Document& value) {
  if (const auto* text = value.AsString()) {
    return sd_bus_message_append(message, "v", "s", text->c_str());
  }
  if (const auto* number = value.AsInteger()) {
    return sd_bus_message_append(message, "v", "x", *number);
  }
  if (const auto* flag = value.AsBool()) {
    return sd_bus_message_append(message, "v", "b", *flag ? 1 : 0);
  }
  if (const auto* real = value.AsReal()) {
    return sd_bus_message_append(message, "v", "d", *real);
  }
  if (const auto* elements = value.AsArray()) {
    return AppendArray(message, *elements);
  }
  return Contain(message, 'v', "a{sv}",
                 [&] { return AppendMembers(message, value); });
}

}  // namespace

int AppendObject(sd_bus_message* message, const std::string& path,
                 const std::string& interface, const Document& properties) {
  return Contain(message, 'e', "oa{sa{sv}}", [&] {
    const int named = sd_bus_message_append(message, "o", path.c_str());
    if (named < 0) return named;
    return Contain(message, 'a', "{sa{sv}}", [&] {
      return Contain(message, 'e', "sa{sv}", [&] {
        const int typed =
            sd_bus_message_append(message, "s", interface.c_str());
        return typed < 0 ? typed : AppendMembers(message, properties);
      });
    });
  });
}

}  // namespace acceld::daemon
