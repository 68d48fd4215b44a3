// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs each of kFunctions down its paths. Prints a line for each function:
//
//   NAME runs=N endless=N died=N [LINE=ANSWERS]...
//
// for each line that was found, the answers of the first run that showed it.
// Functions run in a forked child, which takes one vector of answers after the
// other and is made anew when one has ended it. The parent keeps the books.

#include "driver.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <map>
#include <typeinfo>
#include <utility>
#include <vector>

namespace {

constexpr unsigned kMostDecisions = 120; // in a run, and
constexpr unsigned kMostSteps = 400;     // more of either: it never ends
constexpr unsigned kMostRounds = 3;      // in which another answer is tried
constexpr unsigned kMostRuns = 1500;     // of one function; of these
constexpr unsigned kExtraRuns = 150;     // that come to nothing new
constexpr unsigned kMostFound = 64;

struct Decision {
  std::uint64_t Situation; // Where, and in what state.
  unsigned Visits;         // How often the run had been at the place before.
  unsigned Options, Answer;
};

// What the child tells the parent. In memory that both have, so that it is
// there also when the child is not.
struct Report {
  unsigned PrefixSize;
  unsigned Prefix[kMostDecisions];
  unsigned Size;
  Decision Decisions[kMostDecisions];
  Ending TheEnding;
  unsigned FoundSize;
  unsigned Found[kMostFound];
};
Report *TheReport;

// Of the run that is under way.
std::map<std::uintptr_t, unsigned> Visits;
unsigned Steps;
bool LeftBehind;
// What was to be found when the latest exception was thrown: between that and
// std::terminate the stack may be unwound, or not.
std::set<unsigned> FoundAtThrow;

void writeFound(const std::set<unsigned> &Lines) {
  for (unsigned Line : Lines)
    if (TheReport->FoundSize != kMostFound)
      TheReport->Found[TheReport->FoundSize++] = Line;
}

[[noreturn]] void leave(Ending How) {
  TheReport->TheEnding = How;
  writeFound(How == Ending::Terminated ? FoundAtThrow : FoundInRun(How));
  std::_Exit(0);
}

} // namespace

// Every throw expression comes here first.
extern "C" void __cxa_throw(void *Object, std::type_info *Type,
                            void (*Destroy)(void *)) {
  static const auto Real =
      reinterpret_cast<decltype(&__cxa_throw)>(dlsym(RTLD_NEXT, "__cxa_throw"));
  FoundAtThrow = FoundInRun(Ending::Terminated);
  Real(Object, Type, Destroy);
  __builtin_unreachable();
}
extern "C" void __cxa_rethrow() {
  static const auto Real = reinterpret_cast<decltype(&__cxa_rethrow)>(
      dlsym(RTLD_NEXT, "__cxa_rethrow"));
  FoundAtThrow = FoundInRun(Ending::Terminated);
  Real();
  __builtin_unreachable();
}

void LeaveBehind() noexcept { LeftBehind = true; }

void CountStep() noexcept {
  if (++Steps > kMostSteps)
    leave(Ending::Endless);
}

unsigned Decide(unsigned Options, std::uintptr_t Place, bool Steady) noexcept {
  if (TheReport->Size == kMostDecisions)
    leave(Ending::Endless);
  unsigned Before = Visits[Place]++;
  Decision &D = TheReport->Decisions[TheReport->Size];
  D.Visits = Before;
  // What `throw;` would throw is a part of it.
  const std::type_info *Handled = abi::__cxa_current_exception_type();
  D.Situation = (Place * 0x9E3779B97F4A7C15u ^ StateOfRun()) +
                (Handled ? Handled->hash_code() : 0);
  D.Options = Options;
  D.Answer = TheReport->Size < TheReport->PrefixSize
                 ? TheReport->Prefix[TheReport->Size]
             : Steady ? 0
                      : Before % Options;
  ++TheReport->Size;
  return D.Answer;
}

bool Choose() noexcept { return Decide(2, HERE) == 1; }
int Pick(int n) noexcept { return static_cast<int>(Decide(n, HERE)); }
void Work() noexcept { CountStep(); }
void Die() noexcept { leave(Ending::Died); }

void ThrowOrNot(std::uintptr_t Place) {
  if (kFunctions.CallsThrow == RandomFunctions::Never)
    return;
  unsigned Answer = Decide(6, Place, /*Steady=*/true);
  if (Answer != 0 && kFunctions.CallsThrow == RandomFunctions::Excused)
    ExcuseException();
  switch (Answer) {
  case 1:
    throw Failure();
  case 2:
    throw TimedOut();
  case 3:
    throw Refused();
  case 4:
    throw 1;
  case 5:
    throw Unnamed();
  }
}

void MayThrow() { ThrowOrNot(HERE); }
int NumberOrThrow() {
  ThrowOrNot(HERE);
  return 0;
}
Loud::Loud() { ThrowOrNot(HERE); }
Loud::Loud(const Loud &) { ThrowOrNot(HERE); }
LoudEnd::~LoudEnd() noexcept(false) {
  // A second exception would end the program.
  if (std::uncaught_exceptions() == 0)
    ThrowOrNot(HERE);
}
Quiet::Quiet() noexcept {}
Quiet::Quiet(const Quiet &) noexcept {}
Quiet::~Quiet() {}
void *LoudNew::operator new(std::size_t size) {
  ThrowOrNot(HERE);
  return ::operator new(size);
}
void LoudNew::operator delete(void *memory) noexcept {
  ::operator delete(memory);
}
void WithDefault(int) noexcept {}
const QuietPointer CallQuiet = Work;
const LoudPointer CallLoud = MayThrow;

bool ChooseOrThrow() {
  ThrowOrNot(HERE);
  return Decide(2, HERE + 1) == 1;
}

bool Pause::await_ready() const noexcept {
  return !kFunctions.Suspends || Decide(2, HERE) == 0;
}
bool Pause::await_resume() const noexcept { return Decide(2, HERE) == 1; }
bool RiskyPause::await_resume() const {
  ThrowOrNot(HERE);
  return Decide(2, HERE + 1) == 1;
}

namespace {

using Answers = std::vector<unsigned>;

// The process that runs functions.
class Child {
public:
  // Runs Function with these answers; TheReport tells.
  void run(const RandomFunction &Function, const Answers &Prefix) {
    if (Pid < 0)
      start(Function);
    TheReport->PrefixSize = Prefix.size();
    for (unsigned I = 0; I != Prefix.size(); ++I)
      TheReport->Prefix[I] = Prefix[I];
    TheReport->Size = TheReport->FoundSize = 0;
    char Byte = 0;
    if (write(ToChild, &Byte, 1) == 1 && read(FromChild, &Byte, 1) == 1)
      return;
    int Status = 0;
    waitpid(Pid, &Status, 0);
    close(ToChild);
    close(FromChild);
    Pid = -1;
    if (!WIFEXITED(Status) || WEXITSTATUS(Status) != 0) {
      std::fprintf(stderr, "%s crashed: status %d, answers", Function.Name,
                   Status);
      for (unsigned I = 0; I != TheReport->Size; ++I)
        std::fprintf(stderr, " %u", TheReport->Decisions[I].Answer);
      std::fprintf(stderr, "\n");
      std::exit(2);
    }
  }

  void stop() {
    if (Pid < 0)
      return;
    close(ToChild);
    close(FromChild);
    waitpid(Pid, nullptr, 0);
    Pid = -1;
  }

private:
  void start(const RandomFunction &Function) {
    int Down[2], Up[2];
    if (pipe(Down) != 0 || pipe(Up) != 0)
      std::exit(2);
    Pid = fork();
    if (Pid == 0) {
      close(Down[1]);
      close(Up[0]);
      serve(Function, Down[0], Up[1]);
    }
    close(Down[0]);
    close(Up[1]);
    ToChild = Down[1];
    FromChild = Up[0];
  }

  [[noreturn]] static void serve(const RandomFunction &Function, int In,
                                 int Out) {
    std::set_terminate([] { leave(Ending::Terminated); });
    char Byte;
    while (read(In, &Byte, 1) == 1) {
      Visits.clear();
      Steps = 0;
      BeginRun();
      try {
        Function.Run();
      } catch (...) {
      }
      TheReport->TheEnding = Ending::Returned;
      writeFound(FoundInRun(Ending::Returned));
      if (LeftBehind || write(Out, &Byte, 1) != 1)
        break;
    }
    std::_Exit(0);
  }

  pid_t Pid = -1;
  int ToChild = -1, FromChild = -1;
};

void explore(const RandomFunction &Function, Child &Runner) {
  std::set<std::pair<std::uint64_t, unsigned>> Tried;
  // Answers that have not been given in their situation go first; the others
  // are for what a situation does not know of the way there.
  std::deque<Answers> New{Answers()}, Old;
  std::map<unsigned, Answers> Found;
  unsigned Runs = 0, Extra = 0, Endless = 0, Died = 0;
  while (Runs != kMostRuns && (!New.empty() || !Old.empty())) {
    bool IsNew = !New.empty();
    if (!IsNew && ++Extra > kExtraRuns)
      break;
    std::deque<Answers> &From = IsNew ? New : Old;
    Answers Prefix = std::move(From.front());
    From.pop_front();
    ++Runs;
    Runner.run(Function, Prefix);
    const Report &R = *TheReport;
    Endless += R.TheEnding == Ending::Endless;
    Died += R.TheEnding == Ending::Died || R.TheEnding == Ending::Terminated;

    Answers Given;
    for (unsigned I = 0; I != R.Size; ++I)
      Given.push_back(R.Decisions[I].Answer);
    for (unsigned I = 0; I != R.FoundSize; ++I)
      Found.emplace(R.Found[I], Given);
    for (unsigned I = 0; I != R.Size; ++I)
      Tried.emplace(R.Decisions[I].Situation, Given[I]);
    for (unsigned I = Prefix.size(); I < R.Size; ++I) {
      const Decision &D = R.Decisions[I];
      if (D.Visits >= kMostRounds)
        continue;
      for (unsigned Answer = 0; Answer != D.Options; ++Answer) {
        if (Answer == D.Answer)
          continue;
        Answers Other(Given.begin(), Given.begin() + I);
        Other.push_back(Answer);
        (Tried.emplace(D.Situation, Answer).second ? New : Old)
            .push_back(std::move(Other));
      }
    }
  }
  Runner.stop();

  std::printf("%s runs=%u endless=%u died=%u", Function.Name, Runs, Endless,
              Died);
  for (const auto &[Line, Given] : Found) {
    std::printf(" %u=", Line);
    for (unsigned I = 0; I != Given.size(); ++I)
      std::printf(I == 0 ? "%u" : ",%u", Given[I]);
  }
  std::printf("\n");
  std::fflush(stdout);
}

} // namespace

int main() {
  void *Shared = mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (Shared == MAP_FAILED)
    return 2;
  TheReport = static_cast<Report *>(Shared);
  Child Runner;
  for (const RandomFunction *F = kFunctions.Begin; F != kFunctions.End; ++F)
    explore(*F, Runner);
}
