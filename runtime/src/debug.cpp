// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A record for each tracked node, under one mutex. A node's memory goes only after TrackEnd(),
// which takes the mutex: so under it, the node of a record can be read. Under it nothing of a node
// is locked, no handle is copied or dropped, and no code of the user's runs: it is innermost.
#include "context/debug.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>
#include <typeinfo>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "context/internal/throw.h"
#include "fork.h"
#include "tracking.h"

namespace context::internal {

constinit std::atomic<Tracking> tracking{Tracking::kUnknown};

namespace {

bool AskTracking() noexcept {
  Tracking seen = tracking.load(std::memory_order_relaxed);
  if (seen == Tracking::kUnknown) {
    const char* wish = std::getenv("CONTEXT_DEBUG");
    const bool on = wish != nullptr && *wish != '\0' && std::string_view(wish) != "0";
    const Tracking answer = on ? Tracking::kOn : Tracking::kOff;
    if (tracking.compare_exchange_strong(seen, answer, std::memory_order_relaxed)) seen = answer;
  }
  return seen == Tracking::kOn;
}

// The kinds that have a cancel function, as indices.
enum TrackedKind : std::uint8_t {
  kWithCancel,
  kWithCancelCause,
  kWithDeadline,
  kWithAny,
  kTrackedKinds
};

constexpr const char* kKindNames[kTrackedKinds] = {"WithCancel", "WithCancelCause", "WithDeadline",
                                                   "WithAny"};

TrackedKind TrackedKindOf(const CancelNode& node) noexcept {
  switch (node.kind) {
    case Kind::kCancelCause:
      return kWithCancelCause;
    case Kind::kDeadline:
      return kWithDeadline;
    case Kind::kAny:
      return kWithAny;
    default:
      return kWithCancel;
  }
}

// A place in a source, by reference.
struct PlaceView {
  std::string_view file;
  std::string_view function;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const PlaceView&) const = default;
};

PlaceView ViewOf([[maybe_unused]] const Where& where) noexcept {
#if defined(__cpp_lib_source_location)
  return {where.file_name(), where.function_name(), where.line(), where.column()};
#else
  return {};
#endif
}

// A place where contexts are made. The strings are copies, since a library may be unloaded. There
// are as many as the program has such calls, and they are kept for ever.
struct Place {
  explicit Place(const PlaceView& view)
      : file(view.file), function(view.function), line(view.line), column(view.column) {}
  PlaceView View() const noexcept { return {file, function, line, column}; }

  const std::string file;
  const std::string function;
  const std::uint32_t line;
  const std::uint32_t column;
  // How many contexts of each kind are gone without a call. Only this changes, under the mutex.
  mutable std::size_t gone[kTrackedKinds] = {};
};

struct PlaceHash {
  using is_transparent = void;
  std::size_t operator()(const PlaceView& view) const noexcept {
    return std::hash<std::string_view>()(view.file) ^ (std::size_t{view.line} << 10) ^ view.column;
  }
  std::size_t operator()(const Place& place) const noexcept { return (*this)(place.View()); }
};

struct PlaceEqual {
  using is_transparent = void;
  static PlaceView View(const PlaceView& view) noexcept { return view; }
  static PlaceView View(const Place& place) noexcept { return place.View(); }
  template <class A, class B>
  bool operator()(const A& a, const B& b) const noexcept {
    return View(a) == View(b);
  }
};

// What a chain of contexts hangs from that are not remembered.
enum Root : std::uint8_t { kBackground, kTodo, kUsers, kUnknown, kRoots };

constexpr const char* kRootNames[kRoots] = {"Background", "TODO", "a context of the user's own",
                                            "unknown"};

// The nearest remembered context outwards.
struct Parent {
  std::uint64_t id = 0;  // 0: there is none, only `root`
  Root root = kUnknown;
  std::string via;  // what lies between, from the outside in
};

struct Record {
  std::uint64_t id = 0;  // in the order in which they were made
  const Place* place = nullptr;
  Parent parent;
  std::vector<Parent> more_parents;  // of a WithAny
  bool called = false;
};

// A copy of what there is to know of a context, for when the mutex is free again.
struct Seen {
  Record record;
  TrackedKind kind = kWithCancel;
  debug::State state = debug::State::kAlive;
  std::error_code err;
  Clock::time_point deadline{};  // of kWithDeadline
};

// Contexts of which nothing is left but that they were lost.
struct Gone {
  const Place* place = nullptr;
  TrackedKind kind = kWithCancel;
  std::size_t count = 0;
};

struct Snapshot {
  std::vector<Seen> existing;  // in the order in which they were made
  std::vector<Gone> gone;      // by place
};

class Registry {
 public:
  // Never destroyed: contexts are made and dropped until the very end.
  static Registry& Get() {
    static Registry& registry = *new Registry;
    return registry;
  }

  void Add(CancelNode& node, const PlaceView& view);
  void Called(const CancelNode& node) noexcept;
  void Ended(const CancelNode& node) noexcept;
  void Clear() noexcept;

  Snapshot Take();

  void Lock() noexcept { mutex_.lock(); }
  void Unlock() noexcept { mutex_.unlock(); }

 private:
  Registry() { RegisterForkHandlers(); }
  Parent Find(const Node* at) const;

  std::mutex mutex_;
  std::unordered_map<const CancelNode*, Record> records_;
  std::unordered_set<Place, PlaceHash, PlaceEqual> places_;
  std::uint64_t last_id_ = 0;
};

// What `via` says of a node that is passed on the way out to the parent's record.
std::string Passed(const Node& node) {
  switch (node.kind) {
    case Kind::kValue: {
      const char* name = static_cast<const ValueNode&>(node).name;
      return std::string("WithValue(") + (name == nullptr ? "<nil>" : name) + ")";
    }
    case Kind::kWithoutCancel:
      return "WithoutCancel";
    case Kind::kInterface: {
      return TypeNameOf(*static_cast<const InterfaceNode&>(node).implementation);
    }
    default:
      return "a context that is not remembered";
  }
}

// The parent of what is derived from `at`. All that lies on the way is held by handles.
Parent Registry::Find(const Node* at) const {
  constexpr int kShown = 8;    // of those that lie between, the nearest
  constexpr int kSteps = 256;  // and then it is given up, so that deep chains cost no more
  const Node* shown[kShown];
  int between = 0;
  Parent parent;
  for (int steps = 0;; ++steps) {
    if (at == nullptr || at->kind == Kind::kTodo) {
      parent.root = at == nullptr ? kBackground : kTodo;
      break;
    }
    if (at->kind == Kind::kRelay) {
      at = at->parent;
      continue;
    }
    if (at->tracked) {
      const auto found = records_.find(static_cast<const CancelNode*>(at));
      if (found != records_.end()) {
        parent.id = found->second.id;
        break;
      }
    }
    if (steps == kSteps) {
      parent.root = kUnknown;
      break;
    }
    if (between < kShown) shown[between] = at;
    ++between;
    if (at->kind == Kind::kInterface) {
      // What it stands on cannot be seen, but if it passes on the Done of one of ours, it is there.
      const CancelNode* done =
          NodeOf(*std::launder(reinterpret_cast<const DoneChannel*>(at->done)));
      if (done == nullptr || done->kind == Kind::kSource) {
        parent.root = kUsers;
        break;
      }
      at = done;
    } else if (at->kind == Kind::kValue && between > kShown) {
      at = at->base;  // past all values at once
    } else {
      at = at->parent;
    }
  }
  if (between > kShown) parent.via = "...";
  for (int i = std::min(between, kShown); i-- > 0;) {
    if (!parent.via.empty()) parent.via += ", ";
    parent.via += Passed(*shown[i]);
  }
  return parent;
}

void Registry::Add(CancelNode& node, const PlaceView& view) {
  std::lock_guard lock(mutex_);
  Record record;
  record.parent = Find(node.parent);
  if (node.kind == Kind::kAny) {
    for (const Leg& leg : static_cast<const AnyNode&>(node).Legs().subspan(1)) {
      record.more_parents.push_back(Find(leg.parent));
    }
  }
  auto place = places_.find(view);
  if (place == places_.end()) place = places_.emplace(view).first;
  record.place = &*place;
  record.id = last_id_ + 1;
  records_.emplace(&node, std::move(record));
  ++last_id_;
  node.tracked = true;
}

void Registry::Called(const CancelNode& node) noexcept {
  std::lock_guard lock(mutex_);
  const auto found = records_.find(&node);
  if (found != records_.end()) found->second.called = true;
}

void Registry::Ended(const CancelNode& node) noexcept {
  std::lock_guard lock(mutex_);
  const auto found = records_.find(&node);
  if (found == records_.end()) return;  // forgotten
  if (!found->second.called) ++found->second.place->gone[TrackedKindOf(node)];
  records_.erase(found);
}

void Registry::Clear() noexcept {
  std::lock_guard lock(mutex_);
  records_.clear();
  for (const Place& place : places_) std::fill(std::begin(place.gone), std::end(place.gone), 0);
}

bool Before(const Place& a, const Place& b) noexcept {
  return std::tie(a.file, a.line, a.column, a.function) <
         std::tie(b.file, b.line, b.column, b.function);
}

Snapshot Registry::Take() {
  Snapshot all;
  {
    std::lock_guard lock(mutex_);
    all.existing.reserve(records_.size());
    for (const auto& [node, record] : records_) {
      Seen& seen = all.existing.emplace_back();
      seen.record = record;
      seen.kind = TrackedKindOf(*node);
      if (seen.kind == kWithDeadline) seen.deadline = node->deadline;
      const Outcome* outcome = node->state.load(std::memory_order_acquire);
      // Nobody can call any more. An AfterFunc, or what could end it, still has its memory.
      const bool gone = !record.called && node->handles.load(std::memory_order_relaxed) == 0;
      if (gone) {
        seen.state = debug::State::kGone;
      } else if (outcome != nullptr) {
        seen.state = debug::State::kDone;
        seen.err = ToErrorCode(outcome);
      }
    }
    for (const Place& place : places_) {
      for (int kind = 0; kind < kTrackedKinds; ++kind) {
        if (place.gone[kind] == 0) continue;
        all.gone.push_back({&place, static_cast<TrackedKind>(kind), place.gone[kind]});
      }
    }
  }
  std::sort(all.existing.begin(), all.existing.end(),
            [](const Seen& a, const Seen& b) { return a.record.id < b.record.id; });
  std::sort(all.gone.begin(), all.gone.end(), [](const Gone& a, const Gone& b) {
    if (a.place != b.place) return Before(*a.place, *b.place);
    return a.kind < b.kind;
  });
  return all;
}

}  // namespace

void TrackSlow(CancelNode& node, const Where& where) noexcept {
  if (!AskTracking()) return;
  // Without memory it is not remembered: tracking must not make a program fail.
  CONTEXT_INTERNAL_TRY { Registry::Get().Add(node, ViewOf(where)); }
  CONTEXT_INTERNAL_CATCH(...) {}
}

void TrackCancelCall(const CancelNode& node) noexcept { Registry::Get().Called(node); }

void TrackEnd(const CancelNode& node) noexcept { Registry::Get().Ended(node); }

void TrackBeforeFork() noexcept { Registry::Get().Lock(); }
void TrackAfterFork() noexcept { Registry::Get().Unlock(); }

}  // namespace context::internal

namespace context::debug {
namespace {

using internal::Gone;
using internal::Place;
using internal::Registry;
using internal::Seen;
using internal::Snapshot;

// The bytes of the character of UTF-8 that `text` begins with; 0 if there is none.
std::size_t CharacterLength(std::string_view text) noexcept {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  std::size_t length = 0;
  if (first < 0x80) length = 1;
  if (first >= 0xc2 && first < 0xe0) length = 2;
  if (first >= 0xe0 && first < 0xf0) length = 3;
  if (first >= 0xf0 && first < 0xf5) length = 4;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) >= 0xc0) return 0;
  }
  return length;
}

// Appends `text`, which may be anything, so that it stays on its line, and stays text.
void Append(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t length = CharacterLength(text);
    const char first = text.front();
    const bool control = (first >= 0 && first < ' ') || first == '\x7f';
    if (length == 0 || control) {
      out += '?';
      length = 1;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
}

// The same within a quoted string of DOT, where a label has escapes of its own, and entities.
void AppendQuoted(std::string& out, std::string_view text) {
  std::string printable;
  Append(printable, text);
  for (const char c : printable) {
    if (c == '&') {
      out += "&amp;";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

std::string Position(const Place& place) {
  if (place.file.empty()) return "an unknown place";
  return place.file + ":" + std::to_string(place.line);
}

// Of a time to come: "1h5m", "12s", "1.5s", "200ms"; "0s" if it is past.
std::string Rounded(Clock::duration duration) {
  using Nanoseconds = std::chrono::duration<std::int64_t, std::nano>;
  const std::int64_t ns = std::max<std::int64_t>(
      std::chrono::duration_cast<Nanoseconds>(duration).count(), std::int64_t{0});
  const std::int64_t ms = ns / 1'000'000 + (ns % 1'000'000 >= 500'000 ? 1 : 0);
  if (ms < 1'000) return ms == 0 ? "0s" : std::to_string(ms) + "ms";
  if (ms < 10'000) {
    const std::int64_t tenths = (ms + 50) / 100;
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
    return text + "s";
  }
  const std::int64_t s = (ms + 500) / 1'000;
  std::string text;
  if (s >= 3'600) text += std::to_string(s / 3'600) + "h";
  if (s / 60 % 60 != 0) text += std::to_string(s / 60 % 60) + "m";
  if (s % 60 != 0) text += std::to_string(s % 60) + "s";
  return text;
}

std::string KindOf(const Seen& seen, Clock::time_point now) {
  std::string text = internal::kKindNames[seen.kind];
  if (seen.kind == internal::kWithDeadline && seen.state == State::kAlive) {
    text += "(" + Rounded(internal::Between(now, seen.deadline)) + " left)";
  }
  return text;
}

std::string StateOf(State state, std::error_code err) {
  if (state == State::kAlive) return "alive";
  if (state == State::kGone) return "gone";
  if (err == Errc::canceled) return "canceled";
  if (err == Errc::deadline_exceeded) return "deadline exceeded";
  return err.message();
}

std::string StateOf(const Seen& seen) {
  std::string text = StateOf(seen.state, seen.err);
  if (!seen.record.called) text += ", cancel not called";
  return text;
}

std::string Times(std::size_t count) {
  return count == 1 ? std::string() : std::to_string(count) + " times, ";
}

// The contexts as a tree, in the order in which they were made. Indices: the contexts, then the
// roots, and kNone.
class Tree {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  explicit Tree(const std::vector<Seen>& all) : all_(all), links_(all.size() + internal::kRoots) {
    for (std::size_t i = all.size(); i-- > 0;) {
      links_[i].parent = IndexOf(all[i].record.parent);
      Links& parent = links_[links_[i].parent];
      links_[i].next = std::exchange(parent.first_child, i);
    }
  }

  std::size_t Root(int root) const noexcept { return all_.size() + static_cast<std::size_t>(root); }
  std::size_t IndexOf(const internal::Parent& parent) const noexcept {
    if (parent.id == 0) return Root(parent.root);
    const auto found =
        std::lower_bound(all_.begin(), all_.end(), parent.id,
                         [](const Seen& seen, std::uint64_t id) { return seen.record.id < id; });
    if (found == all_.end() || found->record.id != parent.id) return Root(internal::kUnknown);
    return static_cast<std::size_t>(found - all_.begin());
  }
  std::size_t Parent(std::size_t i) const noexcept { return links_[i].parent; }
  std::size_t FirstChild(std::size_t i) const noexcept { return links_[i].first_child; }
  std::size_t Next(std::size_t i) const noexcept { return links_[i].next; }

 private:
  struct Links {
    std::size_t parent = kNone;
    std::size_t first_child = kNone;
    std::size_t next = kNone;  // the next child of the same parent
  };

  const std::vector<Seen>& all_;
  std::vector<Links> links_;
};

// The bars in front of a line. A deep tree would be mostly bars: past some depth they do not grow,
// and the line says how deep it is.
class Bars {
 public:
  static constexpr std::size_t kDeepest = 24;

  // Of the line at `depth`, counted from 1.
  void AppendTo(std::string& out, std::size_t depth, bool last) {
    for (std::size_t i = 1; i < std::min(depth, kDeepest); ++i) out += open_[i] ? "│   " : "    ";
    if (depth < kDeepest) open_[depth] = !last;
    out += last ? "└── " : "├── ";
    if (depth > kDeepest) out += "(depth " + std::to_string(depth) + ") ";
  }

 private:
  bool open_[kDeepest] = {};
};

void AppendPlace(std::string& out, const Place& place) {
  Append(out, Position(place));
  if (place.function.empty()) return;
  out += " (";
  Append(out, place.function);
  out += ")";
}

std::string TreeAsText(const Snapshot& snapshot) {
  const auto& [all, gone] = snapshot;
  const Tree tree(all);
  const auto now = Clock::now();
  std::string out;
  for (int root = 0; root < internal::kRoots; ++root) {
    std::size_t at = tree.FirstChild(tree.Root(root));
    if (at == Tree::kNone) continue;
    out += internal::kRootNames[root];
    out += "\n";
    Bars bars;
    std::size_t depth = 1;
    while (at != Tree::kNone) {
      bars.AppendTo(out, depth, tree.Next(at) == Tree::kNone);
      const Seen& seen = all[at];
      out += KindOf(seen, now) + ", ";
      AppendPlace(out, *seen.record.place);
      out += ": ";
      Append(out, StateOf(seen));
      if (!seen.record.parent.via.empty()) {
        out += ", via ";
        Append(out, seen.record.parent.via);
      }
      for (const internal::Parent& parent : seen.record.more_parents) {
        out += ", also below ";
        const std::size_t other = tree.IndexOf(parent);
        Append(out, other < all.size() ? Position(*all[other].record.place)
                                       : internal::kRootNames[other - all.size()]);
      }
      out += "\n";
      if (tree.FirstChild(at) != Tree::kNone) {
        at = tree.FirstChild(at);
        ++depth;
        continue;
      }
      while (depth > 1 && tree.Next(at) == Tree::kNone) {
        at = tree.Parent(at);
        --depth;
      }
      at = tree.Next(at);
    }
  }
  if (!gone.empty()) out += "gone, cancel never called\n";
  for (const Gone& lost : gone) {
    Bars().AppendTo(out, 1, &lost == &gone.back());
    out += std::string(internal::kKindNames[lost.kind]) + ", ";
    AppendPlace(out, *lost.place);
    out += ": " + Times(lost.count) + "gone\n";
  }
  return out;
}

// A box with a line each for the kind, the place, the function and the state.
void AppendLabel(std::string& out, std::string_view kind, const Place& place,
                 std::string_view state) {
  out += "label=\"";
  out += kind;
  out += "\\n";
  AppendQuoted(out, Position(place));
  if (!place.function.empty()) {
    out += "\\n";
    AppendQuoted(out, place.function);
  }
  out += "\\n";
  AppendQuoted(out, state);
  out += "\"";
}

constexpr const char* kLostStyle = "color=red, style=\"rounded,dashed\"";

std::string TreeAsDot(const Snapshot& snapshot) {
  // Named one by one: clang 14 captures no structured bindings.
  const std::vector<Seen>& all = snapshot.existing;
  const std::vector<Gone>& gone = snapshot.gone;
  const Tree tree(all);
  const auto now = Clock::now();
  std::string out =
      "digraph contexts {\n"
      "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  bool shown[internal::kRoots] = {};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Seen& seen = all[i];
    const std::string name = "n" + std::to_string(i);
    out += "  " + name + " [";
    AppendLabel(out, KindOf(seen, now), *seen.record.place, StateOf(seen));
    if (seen.state != State::kAlive) {
      out += ", fontcolor=gray40, ";
      out += seen.record.called ? "color=gray60" : kLostStyle;
    }
    out += "];\n";
    const auto draw_from = [&](const internal::Parent& parent) {
      const std::size_t from = tree.IndexOf(parent);
      if (from >= all.size() && !std::exchange(shown[from - all.size()], true)) {
        out += "  n" + std::to_string(from) + " [shape=plaintext, label=\"" +
               internal::kRootNames[from - all.size()] + "\"];\n";
      }
      out += "  n" + std::to_string(from) + " -> " + name;
      if (!parent.via.empty()) {
        out += " [label=\"via ";
        AppendQuoted(out, parent.via);
        out += "\"]";
      }
      out += ";\n";
    };
    draw_from(seen.record.parent);
    for (const internal::Parent& parent : seen.record.more_parents) draw_from(parent);
  }
  if (!gone.empty()) {
    out +=
        "  subgraph cluster_gone {\n"
        "    label=\"gone, cancel never called\"; fontname=\"sans-serif\"; fontsize=11;\n"
        "    color=red; fontcolor=red;\n";
    for (std::size_t i = 0; i < gone.size(); ++i) {
      out += "    g" + std::to_string(i) + " [";
      AppendLabel(out, internal::kKindNames[gone[i].kind], *gone[i].place,
                  Times(gone[i].count) + "gone");
      out += std::string(", ") + kLostStyle + "];\n";
    }
    out += "  }\n";
  }
  return out + "}\n";
}

// The contexts that are alive when a program ends are those that nobody destroys.
void ReportAtExit() noexcept {
  if (internal::tracking.load(std::memory_order_relaxed) != internal::Tracking::kOn) return;
  CONTEXT_INTERNAL_TRY {
    const std::string report = LostReport();
    std::fwrite(report.data(), 1, report.size(), stderr);
    std::fflush(stderr);
  }
  CONTEXT_INTERNAL_CATCH(...) {}
}

// As late as possible: after the destructors of static objects where the compiler can say so.
#if defined(__GNUC__)
[[gnu::destructor]] void ReportLast() noexcept { ReportAtExit(); }
#else
struct AtExit {
  ~AtExit() { ReportAtExit(); }
} at_exit;
#endif

}  // namespace

void SetTracking(bool on) noexcept {
  internal::tracking.store(on ? internal::Tracking::kOn : internal::Tracking::kOff,
                           std::memory_order_relaxed);
}

bool Tracking() noexcept { return internal::AskTracking(); }

void Forget() noexcept { Registry::Get().Clear(); }

std::vector<LostContext> LostContexts() {
  const Snapshot snapshot = Registry::Get().Take();
  using Group = std::tuple<const Place*, internal::TrackedKind, State, std::error_code>;
  std::map<Group, std::size_t> counts;
  for (const Seen& seen : snapshot.existing) {
    if (!seen.record.called) ++counts[{seen.record.place, seen.kind, seen.state, seen.err}];
  }
  for (const Gone& gone : snapshot.gone) {
    counts[{gone.place, gone.kind, State::kGone, std::error_code()}] += gone.count;
  }
  std::vector<LostContext> all;
  for (const auto& [group, count] : counts) {
    const auto& [place, kind, state, err] = group;
    all.push_back({.kind = internal::kKindNames[kind],
                   .file = place->file,
                   .line = place->line,
                   .column = place->column,
                   .function = place->function,
                   .state = state,
                   .err = err,
                   .count = count});
  }
  std::sort(all.begin(), all.end(), [](const LostContext& a, const LostContext& b) {
    return std::tie(a.file, a.line, a.column, a.function, a.kind, a.state, a.err) <
           std::tie(b.file, b.line, b.column, b.function, b.kind, b.state, b.err);
  });
  return all;
}

std::string LostReport() {
  std::size_t count = 0;
  std::string lines;
  for (const LostContext& lost : LostContexts()) {
    count += lost.count;
    lines += "  ";
    Append(lines,
           lost.file.empty() ? "an unknown place" : lost.file + ":" + std::to_string(lost.line));
    lines += ": " + lost.kind;
    if (!lost.function.empty()) {
      lines += " in ";
      Append(lines, lost.function);
    }
    lines += ": " + Times(lost.count);
    Append(lines, StateOf(lost.state, lost.err));
    lines += "\n";
  }
  if (count == 0) return lines;
  return "context::debug: " + std::to_string(count) + (count == 1 ? " context" : " contexts") +
         " whose cancel function was not called:\n" + lines;
}

std::string DumpTree(Format format) {
  const Snapshot snapshot = Registry::Get().Take();
  return format == Format::kDot ? TreeAsDot(snapshot) : TreeAsText(snapshot);
}

}  // namespace context::debug
