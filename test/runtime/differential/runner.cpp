// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs programs of context operations (differential.py says what they look like) on the runtime,
// through its public headers alone, and prints what can be observed. go/main.go does the same on
// Go's package: the two outputs must be equal, byte for byte.
//
// usage: runner [--break=RULE] [--patience=SECONDS] < programs
//
// --break reports one thing wrongly, for a test of the test: cause, deadline, done, err, runs,
// stop, string or value.
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "context/context.h"

namespace differential {

using namespace std::chrono_literals;
using context::Clock;
using context::Context;
using Words = std::vector<std::string>;

// How long anything is waited for. What takes longer has failed, and is printed as it is then.
std::chrono::seconds patience = 60s;

// What --break names.
std::string broken;
bool Broken(std::string_view rule) { return broken == rule; }

inline constexpr context::Key<std::string> k0{"k0"};
inline constexpr context::Key<std::string> k1{"k1"};
inline constexpr context::Key<int> k2{"k2"};
inline constexpr context::Key<const char*> k3{"k3"};  // nullptr is Go's nil

// Errors of the user's: u1, u2, ...
class UserErrors final : public std::error_category {
 public:
  const char* name() const noexcept override { return "user"; }
  std::string message(int value) const override {
    return std::string(1, 'u').append(std::to_string(value));
  }
};
const UserErrors user_errors;

int Number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The error code of a name that is one: canceled, deadline, u1, ...
std::optional<std::error_code> CodeNamed(std::string_view name) {
  if (name == "canceled") return make_error_code(context::Errc::canceled);
  if (name == "deadline") return make_error_code(context::Errc::deadline_exceeded);
  if (name[0] == 'u') return std::error_code(Number(name.substr(1)), user_errors);
  return std::nullopt;
}

// The cause of any name: a code, or an exception whose what() it is.
std::exception_ptr CauseNamed(const std::string& name) {
  if (name == "nil") return nullptr;
  if (const auto code = CodeNamed(name)) return std::make_exception_ptr(std::system_error(*code));
  return std::make_exception_ptr(std::runtime_error(name));
}

std::string NameOf(std::error_code code) {
  if (!code) return "-";
  if (code == context::Errc::canceled) return "canceled";
  if (code == context::Errc::deadline_exceeded) return Broken("err") ? "canceled" : "deadline";
  return code.message();
}

std::string NameOf(const std::exception_ptr& cause) {
  if (cause == nullptr) return "-";
  try {
    std::rethrow_exception(cause);
  } catch (const std::system_error& e) {
    return NameOf(e.code());
  } catch (const std::exception& e) {
    return Broken("cause") ? "canceled" : e.what();
  }
}

// A context of the user's own over another one. What its options do not replace is passed on.
class User final : public context::Interface {
 public:
  using Options = std::map<std::string, std::string, std::less<>>;

  User(Context inner, const Options& options, std::optional<Clock::time_point> deadline)
      : inner_(std::move(inner)),
        done_(inner_.Done()),
        deadline_(options.at("deadline") == "keep" ? inner_.Deadline() : deadline),
        values_(options.at("value")) {
    if (options.at("done") == "own") {
      source_.emplace();
      done_ = source_->Channel();
    } else if (options.at("done") == "never") {
      done_ = context::DoneChannel::Never();
    }
    err_ = CodeNamed(options.at("err"));
  }

  std::optional<Clock::time_point> Deadline() const override { return deadline_; }
  context::DoneChannel Done() const override { return done_; }
  std::error_code Err() const noexcept override {
    if (!err_) return inner_.Err();
    return done_.Closed() ? *err_ : std::error_code();
  }
  const void* Value(const void* key) const override {
    if (values_ == "hide") return nullptr;
    if (values_ != "keep" && key == &k0) return &values_;
    return inner_.RawValue(key);
  }

  const std::optional<context::DoneSource>& source() const { return source_; }

 private:
  const Context inner_;
  context::DoneChannel done_;
  const std::optional<Clock::time_point> deadline_;
  std::optional<std::error_code> err_;  // empty: passed on
  const std::string values_;            // "keep", "hide", or the value of k0
  std::optional<context::DoneSource> source_;
};

// A context of the program: the handles that the program still has, and what is known of it
// without one.
struct Record {
  std::string name;
  Record* parent = nullptr;  // of a context that ends with its parent, else null
  std::optional<Context> ctx;
  std::optional<context::DoneChannel> done;
  std::variant<std::monostate, context::CancelFunc, context::CancelCauseFunc> cancel;
  std::optional<context::DoneSource> source;  // of a User with a Done of its own
  std::string shown;                          // the last line that was printed of it
  std::string shown_done;
  bool string_seen = false;
};

struct Function {
  std::string name;
  std::optional<context::StopFunc> stop;
  std::shared_ptr<std::atomic<int>> runs = std::make_shared<std::atomic<int>>(0);
  int shown = 0;
};

// How long a deadline that a program waits for is away.
constexpr auto kSoon = 1ms;

class Program {
 public:
  Program(std::string seed, std::ostream& out) : seed_(std::move(seed)), out_(out) {
    // Far from now, so that a run cannot meet one by chance.
    const auto base = Clock::now();
    for (const int hours : {-2, -1, 1, 2, 3}) {
      const std::string sign = hours > 0 ? "+" : "";
      deadlines_.emplace_back(sign + std::to_string(hours) + "h", base + std::chrono::hours(hours));
    }
    Add("background").ctx = context::Background();
    Add("todo").ctx = context::TODO();
  }

  // What names something that is not there (any more) does nothing: on both sides, so that any
  // operation can be deleted from a program.
  void Run(const Words& words) {
    if (words.size() > 2 && words[1] == "=") {
      Record* parent = Find(words[3]);
      if (parent == nullptr || !parent->ctx) return;
      if (words[2] == "afterfunc") {
        AfterFunc(words[0], *parent->ctx);
      } else {
        Derive(words[0], words[2], *parent, Words(words.begin() + 4, words.end()));
      }
    } else if (words[0] == "observe") {
      Observe(words.size() > 1 ? Number(words[1]) : 0);
    } else if (words[0] == "stop" || words[0] == "forgetstop") {
      Stop(words);
    } else if (words[0] == "together") {
      Together(words);
    } else if (Record* record = Find(words[1])) {
      RunOn(*record, words);
    }
  }

  // `runs` is how many functions have run in Go: that many are waited for.
  void End(int runs) {
    Observe(runs);
    contexts_.clear();
    names_.clear();
  }

  bool HasFunctions() const { return !functions_.empty(); }

  // A function that ran after the end, and should not have.
  void ReportLate() const {
    for (const Function& f : functions_) {
      if (*f.runs != f.shown) {
        out_ << "late: program " << seed_ << ": " << f.name << " runs " << *f.runs << '\n';
      }
    }
  }

 private:
  Record& Add(const std::string& name) {
    contexts_.push_back(std::make_unique<Record>());
    contexts_.back()->name = name;
    names_[name] = contexts_.back().get();
    return *contexts_.back();
  }

  Record* Find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
  }

  Function* FindFunction(const std::string& name) {
    for (Function& f : functions_) {
      if (f.name == name) return &f;
    }
    return nullptr;
  }

  std::optional<Clock::time_point> DeadlineNamed(std::string_view name) const {
    for (const auto& [known, time] : deadlines_) {
      if (known == name) return time;
    }
    return std::nullopt;
  }

  std::string DeadlineOf(const Context& ctx) const {
    const auto deadline = ctx.Deadline();
    if (!deadline) return "-";
    for (const auto& [name, time] : deadlines_) {
      if (time == *deadline) return Broken("deadline") && name == "+1h" ? "+2h" : name;
    }
    return "?";
  }

  static User::Options OptionsOf(const Words& words) {
    User::Options options;
    for (const std::string& word : words) {
      const auto equals = word.find('=');
      if (equals != std::string::npos) {
        options[word.substr(0, equals)] = word.substr(equals + 1);
      }
    }
    return options;
  }

  // Derives a context: name = kind parent ...
  void Derive(const std::string& name, const std::string& kind, Record& parent,
              const Words& words) {
    const Context& from = *parent.ctx;
    Record& record = Add(name);
    const auto take = [&](auto made) {
      record.parent = &parent;
      record.ctx = std::move(made.ctx);
      record.cancel = std::move(made.cancel);
    };
    if (kind == "cancel") {
      take(context::WithCancel(from));
    } else if (kind == "cancelcause") {
      take(context::WithCancelCause(from));
    } else if (kind == "deadline") {
      take(WithDeadline(name, from, words));
    } else if (kind == "timeout") {
      take(WithTimeout(name, from, words));
    } else if (kind == "value") {
      record.ctx = WithValue(from, words[0], words[1]);
      record.parent = &parent;
    } else if (kind == "withoutcancel") {
      record.ctx = context::WithoutCancel(from);
    } else if (kind == "user") {
      const User::Options options = OptionsOf(words);
      auto user = std::make_shared<User>(from, options, DeadlineNamed(options.at("deadline")));
      record.source = user->source();
      if (options.at("done") == "keep") record.parent = &parent;
      record.ctx = context::MakeContext(std::move(user));
    } else {
      throw std::invalid_argument("no kind " + kind);
    }
  }

  context::Cancelable WithDeadline(const std::string& name, const Context& from,
                                   const Words& words) {
    const User::Options options = OptionsOf(words);
    const bool soon = words[0] == "soon";
    const auto deadline = soon ? Clock::now() + kSoon : *DeadlineNamed(words[0]);
    if (soon) deadlines_.emplace_back("soon:" + name, deadline);
    const auto cause = options.find("cause");
    if (cause == options.end()) return context::WithDeadline(from, deadline);
    return context::WithDeadlineCause(from, deadline, CauseNamed(cause->second));
  }

  context::Cancelable WithTimeout(const std::string& name, const Context& from,
                                  const Words& words) {
    const User::Options options = OptionsOf(words);
    const Clock::duration timeout =
        words[0] == "soon" ? Clock::duration(kSoon) : std::chrono::minutes(Number(words[0]));
    const auto cause = options.find("cause");
    const auto before = Clock::now();
    context::Cancelable made =
        cause == options.end()
            ? context::WithTimeout(from, timeout)
            : context::WithTimeoutCause(from, timeout, CauseNamed(cause->second));
    const auto deadline = made.ctx.Deadline();
    if (deadline && DeadlineOf(made.ctx) == "?" && *deadline >= before + timeout &&
        *deadline <= Clock::now() + timeout) {
      deadlines_.emplace_back("timeout:" + name, *deadline);
    }
    return made;
  }

  static Context WithValue(const Context& from, std::string_view key, const std::string& value) {
    if (key == "k0") return context::WithValue(from, k0, value);
    if (key == "k1") return context::WithValue(from, k1, value);
    if (key == "k2") return context::WithValue(from, k2, Number(value));
    // The text lives as long as the program that runs.
    static std::vector<std::unique_ptr<const std::string>> texts;
    if (value == "nil") return context::WithValue(from, k3, nullptr);
    texts.push_back(std::make_unique<const std::string>(value));
    return context::WithValue(from, k3, texts.back()->c_str());
  }

  void AfterFunc(const std::string& name, const Context& on) {
    Function& f = functions_.emplace_back();
    f.name = name;
    f.stop = context::AfterFunc(on, [runs = f.runs] { ++*runs; });
  }

  void Stop(const Words& words) {
    Function* f = FindFunction(words[1]);
    if (f == nullptr || !f->stop) return;
    if (words[0] == "forgetstop") {
      f->stop.reset();
      return;
    }
    const bool stopped = (*f->stop)();
    out_ << "stop " << f->name << (stopped != Broken("stop") ? " true\n" : " false\n");
  }

  static void Cancel(const Record& record, const std::string& cause) {
    if (const auto* plain = std::get_if<context::CancelFunc>(&record.cancel)) (*plain)();
    const auto* with_cause = std::get_if<context::CancelCauseFunc>(&record.cancel);
    if (with_cause == nullptr) return;
    // Each form of the call.
    if (cause.empty()) {
      (*with_cause)();
    } else if (const auto code = CodeNamed(cause)) {
      (*with_cause)(*code);
    } else if (cause != "nil" && cause.back() % 2 == 0) {
      (*with_cause)(std::runtime_error(cause));
    } else {
      (*with_cause)(CauseNamed(cause));
    }
  }

  void Together(const Words& words) {
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (const Record* record = Find(words[i])) {
        threads.emplace_back([record] { Cancel(*record, ""); });
      }
    }
    for (std::thread& thread : threads) thread.join();
  }

  void RunOn(Record& record, const Words& words) {
    const std::string& operation = words[0];
    if (operation == "cancel") {
      Cancel(record, words.size() > 2 ? words[2] : std::string());
    } else if (operation == "close") {
      if (record.source) record.source->Close();
    } else if (operation == "drop") {
      record.ctx.reset();
    } else if (operation == "dropcancel") {
      record.cancel = std::monostate();
    } else if (operation == "dropclose") {
      record.source.reset();
    } else if (operation == "hold") {
      if (record.ctx && record.ctx->Done().CanClose()) record.done = record.ctx->Done();
    } else if (operation == "release") {
      record.done.reset();
    } else if (operation == "wait") {
      Wait(record);
    } else {
      throw std::invalid_argument("no operation " + operation);
    }
  }

  bool Await(const Record& record) const {
    return !(record.ctx && !record.ctx->Done().WaitFor(patience)) &&
           !(record.done && !record.done->WaitFor(patience));
  }

  // Waits for a deadline, and then for what ends with it: all that is on the timer's thread. What a
  // call does is not waited for anywhere else: it must be there when the call returns.
  void Wait(const Record& record) {
    if (!Await(record)) out_ << record.name << " is not done\n";
    for (const auto& below : contexts_) {
      const Record* up = below.get();
      while (up != nullptr && up != &record) up = up->parent;
      if (up != nullptr && !Await(*below)) out_ << below->name << " does not end\n";
    }
  }

  // As go/main.go has it: deadlines are masked, and a user's context is shown as User.
  static std::string StringOf(const Context& ctx) {
    const std::string text = ctx.String();
    std::string masked;
    for (std::size_t at = 0; at < text.size();) {
      const auto starts = [&](std::string_view what) {
        return text.compare(at, what.size(), what) == 0;
      };
      if (starts("differential::User")) {
        masked += "User";
        at += std::string_view("differential::User").size();
      } else if (starts(".WithDeadline(")) {
        masked += Broken("string") ? ".WithCancel" : ".WithDeadline(*)";
        at = text.find(')', at) + 1;
      } else {
        masked += text[at++];
      }
    }
    return masked;
  }

  using Channels = std::vector<std::pair<context::DoneChannel, const Record*>>;

  std::string Line(const Record& record, Channels& open) const {
    const Context& ctx = *record.ctx;
    std::string line = record.name + " err=" + NameOf(ctx.Err()) + " done=";
    const context::DoneChannel& done = ctx.Done();
    if (!done.CanClose()) {
      line += "never";
    } else if (done.Closed() && !(Broken("done") && ctx.Deadline())) {
      line += "closed";
    } else {
      const Record* first = nullptr;
      for (const auto& [channel, owner] : open) {
        if (channel == done) {
          first = owner;
          break;
        }
      }
      if (first == nullptr) {
        first = &record;
        open.emplace_back(done, first);
      }
      line += "open:" + first->name;
    }
    line += " cause=" + NameOf(context::Cause(ctx)) + " deadline=" + DeadlineOf(ctx);
    if (const auto* text = ctx.Value(k0)) line += " k0=" + *text;
    if (const auto* text = ctx.Value(Broken("value") ? k0 : k1)) line += " k1=" + *text;
    if (const auto* number = ctx.Value(k2)) line += " k2=" + std::to_string(*number);
    const auto* text = ctx.Value(k3);
    if (text != nullptr && *text != nullptr) line += std::string(" k3=") + *text;
    return line;
  }

  int Runs() const {
    int runs = 0;
    for (const Function& f : functions_) runs += *f.runs;
    return runs;
  }

  // Prints what has changed since the last observation, when as many functions have run as in Go.
  void Observe(int expected_runs) {
    const auto give_up = Clock::now() + patience;
    while (Runs() < expected_runs && Clock::now() < give_up) std::this_thread::yield();
    out_ << "observe " << Runs() + (Broken("runs") && expected_runs > 0 ? 1 : 0) << '\n';
    Channels open;
    for (const auto& record : contexts_) {
      if (record->ctx) {
        Print(Line(*record, open), record->shown);
        if (!std::exchange(record->string_seen, true)) {
          out_ << record->name << ' ' << StringOf(*record->ctx) << '\n';
        }
      }
      if (record->done) {
        Print(record->name + (record->done->Closed() ? " done closed" : " done open"),
              record->shown_done);
      }
    }
    for (Function& f : functions_) {
      const int runs = *f.runs;
      if (std::exchange(f.shown, runs) != runs) out_ << f.name << " runs " << runs << '\n';
    }
  }

  void Print(std::string line, std::string& last) {
    if (line == last) return;
    out_ << line << '\n';
    last = std::move(line);
  }

  const std::string seed_;
  std::ostream& out_;
  std::vector<std::unique_ptr<Record>> contexts_;
  std::unordered_map<std::string, Record*> names_;
  std::vector<Function> functions_;
  std::vector<std::pair<std::string, Clock::time_point>> deadlines_;
};

}  // namespace differential

int main(int argc, char** argv) {
  using differential::Program;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("--break=")) {
      differential::broken = argument.substr(8);
    } else if (argument.starts_with("--patience=")) {
      differential::patience = std::chrono::seconds(differential::Number(argument.substr(11)));
    } else {
      std::cerr << "usage: runner [--break=RULE] [--patience=SECONDS] < programs\n";
      return 2;
    }
  }
  std::ios::sync_with_stdio(false);
  std::unique_ptr<Program> program;
  std::vector<std::unique_ptr<Program>> ended;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream words_of(text);
    differential::Words words;
    for (std::string word; words_of >> word;) words.push_back(word);
    if (words[0] == "program") {
      program = std::make_unique<Program>(words[1], std::cout);
      std::cout << text << '\n';
    } else if (words[0] == "end") {
      program->End(words.size() > 1 ? differential::Number(words[1]) : 0);
      std::cout << "end\n" << std::flush;  // should the next one crash
      if (program->HasFunctions()) ended.push_back(std::move(program));
    } else {
      program->Run(words);
    }
  }
  // No function ran that was not to.
  for (const auto& one : ended) one->ReportLate();
  return 0;
}
