// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs each of kFunctions with contexts that are done, and finds the loops that
// go on all the same. Prints a line for each function:
//
//   NAME runs=N endless=N died=N [LINE=ANSWERS]...
//
// for each loop that goes on, the answers of the first run that showed it.
//
// What counts as a poll is found by running, too. A branch is decided by a poll
// if it goes another way as soon as one look of this round or the one before
// finds its context alive. What is asked on one of the two sides only may be
// answered as one likes, and what is joined to the poll is read as the answer
// with which the poll decides: a poll need not be certain. It can leave the
// loop if a way out can be come to from the side of "done" and from none of the
// others. Which ways out a side has is seen by going there and, from there,
// both ways at every branch; the loop's condition is one way out. A flag may be
// anything when the loop is entered: a branch is a poll, too, if it is one with
// another such value. A loop goes on if some run makes rounds that have no such
// branch.

#include "unpolled_loop.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <sys/prctl.h>
#include <time.h>
#include <tuple>
#include <utility>
#include <vector>

namespace {

constexpr unsigned kRounds = 5; // of a loop; the last two are judged
constexpr unsigned kMostSteps = 900;
constexpr unsigned kMostRuns = 700; // with the same answer at a place each time
constexpr unsigned kVariedRuns = 60; // with two
constexpr unsigned kMostDetours = 600;

using Site = std::uint64_t; // Where in the source.

enum class Kind { Enter, Head, Exit, Branch, Look, Block, Ask, Out };

struct Event {
  Kind TheKind;
  Site Where;
  unsigned Activation = 0; // Enter, Head, Exit: of which loop.
  // Branch: the outcome. Look: whether it is done; for one that is opaque also
  // what it throws then, if it throws.
  int Value = 0;
  int Values = 2;
  bool IsOpaque = false;  // Look.
  bool MaybeNone = false; // Branch: on a select with a default case.
};
using Trace = std::vector<Event>;

struct Activation {
  Site Loop;
  Needs Which;
  unsigned Line;
  unsigned Heads = 0;
};

// An answer belongs to a place, and to its first time in a round of the
// outermost loop or to the later ones.
using Question = std::pair<Site, unsigned>;
using Answers = std::map<Question, int>;

// What a run is to do otherwise than of its own.
struct Detour {
  std::map<std::size_t, int> Values; // Of branches and looks, by their event.
  std::size_t AliveFrom = SIZE_MAX;  // From this event on looks find it alive.
  // Whether what is opaque tells the contrary: nobody can see which outcome
  // means done.
  bool OpaqueIsContrary = false;
  // Where this loop is entered, the flags have these values, a bit each.
  Site EntryOf = 0;
  unsigned Flags = 0;
  // From this event on what is joined to a poll is read as neutral, and these
  // places have another answer.
  std::size_t OtherwiseFrom = SIZE_MAX;
  std::map<Site, int> Answers;
  bool IsContrary = false; // What is joined is read as the other answer.
};

struct Run {
  Trace Events;
  std::vector<Activation> Activations; // In the order of their Enter.
  struct Asking {
    Question Q;
    int Options;
  };
  std::vector<Asking> Asked;
  Answers Given;
  bool IsVaried = false; // Whether answers differ with the time.
  Detour Taken;
};

// The run that is under way.
Run *Now;
const Answers *Wanted;
int Otherwise; // The answer to what Wanted does not say.
Detour TheDetour;
bool IsOver;
std::vector<unsigned> Active;
std::map<Site, unsigned> AskedInRound;
struct KeptFlag {
  void *Value;
  void (*Set)(void *, bool);
};
std::vector<KeptFlag> Flags;
std::size_t TheFlagCount = 0; // Of the function.
// Of each loop, where its condition stands if that is not beside its keyword.
std::map<Site, unsigned> ConditionLines;

Site site(unsigned Line, unsigned Column) {
  return static_cast<Site>(Line) << 16 | Column;
}

struct DieEnds {};

bool note(Event E) {
  if (IsOver)
    return false;
  if (Now->Events.size() >= kMostSteps) {
    IsOver = true;
    return false;
  }
  Now->Events.push_back(E);
  return true;
}

int answerOf(Site Where, int Options) {
  if (Now->Events.size() >= TheDetour.OtherwiseFrom)
    if (auto Place = TheDetour.Answers.find(Where);
        Place != TheDetour.Answers.end())
      return Place->second % Options;
  unsigned Time = std::min(AskedInRound[Where]++, Now->IsVaried ? 1U : 0U);
  Question Q{Where, Time};
  if (auto Place = Now->Given.find(Q); Place != Now->Given.end())
    return Place->second;
  auto Place = Wanted->find(Q);
  int Answer = (Place != Wanted->end() ? Place->second : Otherwise) % Options;
  Now->Given[Q] = Answer;
  Now->Asked.push_back({Q, Options});
  return Answer;
}

int answer(Site Where, int Options) {
  int Answer = answerOf(Where, Options);
  note({Kind::Ask, Where, 0, Answer});
  return Answer;
}

// What an opaque callee throws if its look has this value: something of a type
// that no handler names, or of one that some handlers do; see Advance().
int TheThrown = 0;
const std::set<int> kThrown = {1, 2, 3, 4, 5, 6};

// Whether the look that is about to be made finds its context done.
bool findsDone(Site Where, bool IsOpaque) {
  std::size_t Place = Now->Events.size();
  int Value =
      (Place < TheDetour.AliveFrom) != (IsOpaque && TheDetour.OpaqueIsContrary);
  if (auto Forced = TheDetour.Values.find(Place);
      Forced != TheDetour.Values.end())
    Value = Forced->second;
  int Values = IsOpaque ? 1 + static_cast<int>(kThrown.size()) : 2;
  note({Kind::Look, Where, 0, Value, Values, IsOpaque});
  if (IsOpaque)
    TheThrown = Value;
  return Value != 0;
}

const Context &alive() {
  static const Context Alive = context::WithCancel(context::Background()).ctx;
  return Alive;
}

const std::stop_source &quietSource() {
  static const std::stop_source Source;
  return Source;
}

} // namespace

//===-- The hooks ---------------------------------------------------------===//

bool Choose(unsigned Line, unsigned Column) noexcept {
  return answer(site(Line, Column), 2) == 1;
}
int Pick(int n, unsigned Line, unsigned Column) noexcept {
  return answer(site(Line, Column), n);
}
int Count(unsigned Line, unsigned Column) noexcept {
  static constexpr int Counts[] = {static_cast<int>(kRounds) + 2, 1, 0};
  return Counts[answer(site(Line, Column), 3)];
}
bool Shared(bool, unsigned Line, unsigned Column) noexcept {
  return Choose(Line, Column);
}
bool Joined(bool Holds, bool Neutral) noexcept {
  return Now->Events.size() >= TheDetour.OtherwiseFrom
             ? Neutral != TheDetour.IsContrary
             : Holds;
}
void Work() noexcept {}
void Block() noexcept { note({Kind::Block, 0}); }
void NoteBlocking() { note({Kind::Block, 0}); }
void Out(unsigned Line, unsigned Column) noexcept {
  note({Kind::Out, site(Line, Column)});
}
// In the place of the system's: nobody waits for what takes no time.
extern "C" int usleep(useconds_t) { return 0; }
extern "C" int nanosleep(const timespec *, timespec *) { return 0; }
void Die() { throw DieEnds(); }
static bool On = true;
const bool &kOn = On;

static context::Channel<int> Jobs(1);
context::Channel<int> &kJobs = Jobs;

Context Ended() noexcept {
  static const Context Done = [] {
    auto Made = context::WithCancel(context::Background());
    Made.cancel();
    return Made.ctx;
  }();
  return Done;
}
std::stop_token EndedToken() noexcept {
  static const std::stop_source Source = [] {
    std::stop_source Made;
    Made.request_stop();
    return Made;
  }();
  return Source.get_token();
}

bool IsDone(const Context &ctx) noexcept { return bool(ctx.Err()); }
bool IsAlive(const Context &ctx) noexcept { return !ctx.Err(); }
std::error_code WhyDone(const Context &ctx) noexcept { return ctx.Err(); }
void SetDone(const Context &ctx, bool *done) noexcept {
  *done = bool(ctx.Err());
}
void SetDoneRef(const Context &ctx, bool &done) noexcept {
  done = bool(ctx.Err());
}
namespace {
struct Unnamed {};
} // namespace
void Advance(const Context &ctx) {
  if (!ctx.Err())
    return;
  switch (TheThrown) {
  case 2:
    throw Failure();
  case 3:
    throw std::system_error(ctx.Err());
  case 4:
    throw std::exception();
  case 5:
    throw Refused();
  case 6:
    throw 1;
  default:
    throw Unnamed();
  }
}
int Step(const Context &ctx) {
  Advance(ctx);
  return 0;
}
void Trace(const Context &) noexcept {}

int Switched(int Value, int Labels, unsigned Line, unsigned Column) {
  if (auto Forced = TheDetour.Values.find(Now->Events.size());
      Forced != TheDetour.Values.end())
    Value = Forced->second;
  note({Kind::Branch, site(Line, Column), 0, Value, Labels + 1});
  return Value;
}
int MaybeNone(int Value, int Labels, unsigned Line, unsigned Column) {
  std::size_t Place = Now->Events.size();
  Value = Switched(Value, Labels, Line, Column);
  if (!IsOver)
    Now->Events[Place].MaybeNone = true;
  return Value;
}

// What a look finds. One that was derived while its parent was alive is so
// still.
static const Context &found(const Context &ctx, bool IsDone) {
  static const Context Done = Ended();
  return !IsDone ? alive() : ctx.Err() ? ctx : Done;
}

// What a select waits for beside the context is there when that is not done.
static const Context &prepared(const Context &ctx) {
  if (ctx.Err())
    kJobs.TryReceive();
  else if (kJobs.Len() == 0)
    kJobs.TrySend(1);
  return ctx;
}

const Context &Look(const Context &ctx, unsigned Line, unsigned Column) {
  return prepared(found(ctx, findsDone(site(Line, Column), false)));
}
const Context *Look(const Context *ctx, unsigned Line, unsigned Column) {
  return &Look(*ctx, Line, Column);
}
std::stop_token Look(const std::stop_token &token, unsigned Line,
                     unsigned Column) {
  return findsDone(site(Line, Column), false) ? token
                                              : quietSource().get_token();
}
const Context &Asked(const Context &ctx, unsigned Line, unsigned Column) {
  return found(ctx, findsDone(site(Line, Column), true));
}

Loop::Loop(Needs Which, unsigned Line) : Activation(0) {
  if (IsOver)
    return;
  Activation = Now->Activations.size();
  Now->Activations.push_back({Line, Which, Line});
  Active.push_back(Activation);
  if (Line == TheDetour.EntryOf)
    for (std::size_t I = 0; I != Flags.size(); ++I)
      Flags[I].Set(Flags[I].Value, TheDetour.Flags >> I & 1);
  note({Kind::Enter, Line, Activation});
}
Flag::Flag(void *Value, void (*Set)(void *, bool)) {
  Flags.push_back({Value, Set});
  TheFlagCount = std::max(TheFlagCount, Flags.size());
}
Flag::~Flag() { Flags.pop_back(); }

Loop::~Loop() {
  if (IsOver)
    return;
  Active.pop_back();
  note({Kind::Exit, Now->Activations[Activation].Loop, Activation});
}
bool Loop::Head() {
  if (IsOver)
    return false;
  if (Active.front() == Activation)
    AskedInRound.clear();
  Now->Activations[Activation].Heads++;
  note({Kind::Head, Now->Activations[Activation].Loop, Activation});
  if (Now->Activations[Activation].Heads > kRounds)
    IsOver = true;
  return !IsOver;
}
bool Loop::More(unsigned Line) const {
  if (!IsOver)
    ConditionLines[Now->Activations[Activation].Loop] = Line;
  return !IsOver;
}

//===-- Judging -----------------------------------------------------------===//

namespace {

Run run(const RandomFunction &Function, const Answers &Given, bool IsVaried,
        const Detour &D, int Default) {
  Run R;
  R.IsVaried = IsVaried;
  R.Taken = D;
  Now = &R;
  Wanted = &Given;
  Otherwise = Default;
  TheDetour = D;
  IsOver = false;
  Active.clear();
  AskedInRound.clear();
  try {
    Function.Run();
  } catch (...) {
  }
  Now = nullptr;
  return R;
}

// A step of a loop at which it can go several ways; or its head, or its end.
struct Step {
  Kind TheKind;
  Site Where;
  bool operator<(const Step &O) const {
    return std::tie(TheKind, Where) < std::tie(O.TheKind, O.Where);
  }
  bool operator==(const Step &O) const {
    return TheKind == O.TheKind && Where == O.Where;
  }
};
using Way = std::pair<Step, int>; // A step, and where it goes from there.

// The ways of one loop that runs have taken.
class Ways {
public:
  Ways(Site Loop) : Head{Kind::Head, Loop}, End{Kind::Exit, Loop} {}

  void add(const Run &R) {
    for (std::size_t I = 0; I != R.Events.size(); ++I)
      if (R.Events[I].TheKind == Kind::Enter && R.Events[I].Where == Head.Where)
        addActivation(R, I);
  }

  // The ways out to which the way leads in this round, without coming to its
  // own step again.
  std::set<Way> waysOut(Way W) const {
    std::set<Way> Found, Seen;
    std::vector<Way> Work{W};
    while (!Work.empty()) {
      Way At = Work.back();
      Work.pop_back();
      if (!Seen.insert(At).second)
        continue;
      if (isWayOut(At)) {
        Found.insert(target(At));
        continue;
      }
      for (const Step &To : following(At))
        if (!(To == Head) && !(To == End) && !(To == W.first))
          for (const Way &Next : waysFrom(To))
            Work.push_back(Next);
    }
    return Found;
  }

  std::vector<Way> waysFrom(const Step &S) const {
    std::vector<Way> All;
    for (auto Place = Next.lower_bound({S, INT32_MIN});
         Place != Next.end() && Place->first.first == S; ++Place)
      All.push_back(Place->first);
    return All;
  }

private:
  void addActivation(const Run &R, std::size_t Place) {
    unsigned Which = R.Events[Place].Activation;
    std::optional<Way> Last;
    for (std::size_t I = Place + 1; I != R.Events.size(); ++I) {
      const Event &E = R.Events[I];
      Step S{E.TheKind, E.Where};
      bool IsOurs = E.TheKind == Kind::Branch || E.TheKind == Kind::Look ||
                    E.TheKind == Kind::Out ||
                    ((E.TheKind == Kind::Head || E.TheKind == Kind::Exit) &&
                     E.Activation == Which);
      if (!IsOurs)
        continue;
      if (Last)
        Next[*Last].insert(S);
      Last = Way(S, E.Value);
      if (E.TheKind == Kind::Exit)
        return;
    }
  }

  // What comes next, or what all operands of one condition that decide it alike
  // lead to.
  Way target(const Way &W) const {
    const std::set<Step> &After = following(W);
    if (After.size() == 1 && !(*After.begin() == End))
      return {*After.begin(), 0};
    Site Line = W.first.Where >> 16;
    auto Place = ConditionLines.find(Head.Where);
    if (W.first.TheKind != Kind::Branch)
      return W;
    if (Line == Head.Where ||
        (Place != ConditionLines.end() && Line == Place->second))
      return {Head, 0};
    return {{Kind::Exit, Line}, W.second};
  }

  const std::set<Step> &following(const Way &W) const {
    static const std::set<Step> None;
    auto Place = Next.find(W);
    return Place == Next.end() ? None : Place->second;
  }

  // Whether there is no other round behind it.
  bool isWayOut(const Way &W) const {
    std::set<Way> Seen;
    std::vector<Way> Work{W};
    bool ComesToEnd = false;
    while (!Work.empty()) {
      Way At = Work.back();
      Work.pop_back();
      if (!Seen.insert(At).second)
        continue;
      for (const Step &To : following(At)) {
        if (To == Head)
          return false;
        ComesToEnd |= To == End;
        for (const Way &Next : waysFrom(To))
          Work.push_back(Next);
      }
    }
    return ComesToEnd;
  }

  Step Head, End;
  std::map<Way, std::set<Step>> Next;
};

class Judge {
public:
  explicit Judge(const RandomFunction &Function) : Function(Function) {
    TheFlagCount = 0;
  }

  void findAll() {
    tryAnswers(kMostRuns);
    // With two answers at each place there are too many to try them all.
    std::size_t Count = Known.size();
    for (unsigned I = 0; I != kVariedRuns; ++I) {
      Answers Varied;
      for (const auto &[Q, Answer] : Known[I % Count].Given)
        for (unsigned Time : {0, 1})
          Varied[{Q.first, Time}] = random();
      Known.push_back(make(Varied, /*IsVaried=*/true));
    }
    if (std::any_of(Known.begin(), Known.end(), looksOpaquely)) {
      Detour D;
      D.OpaqueIsContrary = true;
      tryAnswers(kMostRuns / 2, D);
    }
    judgeFrom(0);
    // A loop to which no way leads while the context is done: it may become so
    // in the loop.
    goEverywhere();
    for (std::size_t I = 0; I != Known.size(); ++I)
      for (std::size_t J = 0; J != Known[I].Events.size(); ++J)
        if (const Event E = Known[I].Events[J];
            E.TheKind == Kind::Enter && !Entered.count(E.Where)) {
          std::size_t First = Known.size();
          tryAnswers(kMostRuns / 4, wayTo(Known[I], J));
          judgeFrom(First);
        }
    // A loop that only few runs have come to; and paths are told apart by
    // shape, not by what a flag was before the loop.
    for (const auto &[Loop, Way] : std::map(Entered)) {
      tryFrom(Loop, Way);
      for (unsigned Set : kFlagValues) {
        Detour D = Way;
        D.EntryOf = Loop;
        D.Flags = Set;
        if (TheFlagCount != 0)
          tryFrom(Loop, D);
      }
    }
  }

  // The lines of the loops that go on, with what shows it.
  std::map<unsigned, Answers> Found;
  unsigned Runs = 0;

private:
  Run make(const Answers &Given, bool IsVaried = false, const Detour &D = {},
           int Default = 0) {
    ++Runs;
    return run(Function, Given, IsVaried, D, Default);
  }

  static bool looksOpaquely(const Run &R) {
    return std::any_of(R.Events.begin(), R.Events.end(), [](const Event &E) {
      return E.TheKind == Kind::Look && E.IsOpaque;
    });
  }

  // What flags are at the beginning of a loop, a bit each. Which of many is
  // which matters little.
  static constexpr unsigned kFlagValues[] = {0U, ~0U, 0x55555555U, 0xaaaaaaaaU};

  // The way that R took to event J, whatever the answers are.
  static Detour wayTo(const Run &R, std::size_t J) {
    Detour D;
    for (std::size_t Before = 0; Before != J; ++Before)
      if (R.Events[Before].TheKind == Kind::Branch ||
          R.Events[Before].TheKind == Kind::Look)
        D.Values[Before] = R.Events[Before].Value;
    return D;
  }

  int random() {
    Random = Random * 6364136223846793005u + 1442695040888963407u;
    return Random >> 40 & 3;
  }

  // Judges a loop alone, by runs that all begin alike: of the answers those
  // that come first, and some of all.
  void tryFrom(Site Loop, const Detour &D) {
    if (Found.count(Loop))
      return;
    std::size_t First = Known.size();
    tryAnswers(kMostRuns / 4, D);
    if (Known.size() - First >= kMostRuns / 4) {
      std::set<Site> Asked;
      for (std::size_t I = First; I != Known.size(); ++I)
        for (const auto &[Q, Answer] : Known[I].Given)
          Asked.insert(Q.first);
      for (unsigned I = 0; I != kVariedRuns; ++I) {
        Answers Some;
        for (Site Place : Asked)
          Some[{Place, 0}] = random();
        Known.push_back(make(Some, /*IsVaried=*/false, D));
      }
    }
    for (std::size_t I = First, End = Known.size(); I != End; ++I)
      judge(I, Loop);
  }

  // Tries all answers.
  void tryAnswers(std::size_t Most, const Detour &D = {}) {
    Answers Given;
    std::size_t First = Known.size();
    do
      Known.push_back(make(Given, false, D));
    while (Known.size() - First < Most && advance(Given));
  }

  // To the next answers: of what the last run asked, the last question that has
  // another one gets it, and those after it begin anew.
  bool advance(Answers &Given) const {
    const Run &Last = Known.back();
    for (std::size_t I = Last.Asked.size(); I != 0; --I) {
      const Run::Asking &A = Last.Asked[I - 1];
      if (Last.Given.at(A.Q) + 1 == A.Options)
        continue;
      Given.clear();
      for (std::size_t J = 0; J != I; ++J)
        Given[Last.Asked[J].Q] = Last.Given.at(Last.Asked[J].Q);
      ++Given[A.Q];
      return true;
    }
    return false;
  }

  void judgeFrom(std::size_t First) {
    std::size_t Count = Known.size();
    for (std::size_t I = First; I != Count; ++I) {
      for (std::size_t J = 0; J != Known[I].Events.size(); ++J)
        if (const Event &E = Known[I].Events[J]; E.TheKind == Kind::Enter)
          Entered.try_emplace(E.Where, wayTo(Known[I], J));
      judge(I);
    }
  }

  // Notes the loops that run I goes round without a poll; of all, or only one.
  void judge(std::size_t I, Site Only = 0) {
    const Run R = Known[I]; // More will be known.
    for (unsigned A = 0; A != R.Activations.size(); ++A) {
      const Activation &Of = R.Activations[A];
      if (Found.count(Of.Line) || (Only && Of.Loop != Only) ||
          Of.Heads <= kRounds)
        continue;
      std::vector<std::size_t> Heads;
      for (std::size_t J = 0; J != R.Events.size(); ++J)
        if (R.Events[J].TheKind == Kind::Head && R.Events[J].Activation == A)
          Heads.push_back(J);
      if (Heads.size() > kRounds && goesRound(R, A, Heads, kRounds - 1) &&
          goesRound(R, A, Heads, kRounds - 2))
        Found[Of.Line] = R.Given;
    }
  }
  bool goesRound(const Run &R, unsigned A,
                 const std::vector<std::size_t> &Heads, unsigned Round) {
    auto Begin = R.Events.begin() + Heads[Round],
         End = R.Events.begin() + Heads[Round + 1];
    if (R.Activations[A].Which == Needs::RoundsThatBlock &&
        std::none_of(Begin, End,
                     [](const Event &E) { return E.TheKind == Kind::Block; }))
      return false;
    std::set<Site> Branches;
    for (std::size_t I = Heads[Round]; I != Heads[Round + 1]; ++I) {
      if (isPollThatLeaves(R, A, Heads[Round - 1], Heads[Round], I))
        return false;
      if (R.Events[I].TheKind == Kind::Branch)
        Branches.insert(R.Events[I].Where);
    }
    return TheFlagCount == 0 || !wouldLeave(R, A, Branches);
  }

  // Whether one of these branches is a poll that leaves if the flags are others
  // before the loop: what is left as it was on one side of a look, tells by
  // being so.
  bool wouldLeave(const Run &R, unsigned A, const std::set<Site> &Branches) {
    for (unsigned Set : kFlagValues) {
      Detour D = R.Taken;
      D.EntryOf = R.Activations[A].Loop;
      D.Flags = Set;
      const Run Other = make(R.Given, R.IsVaried, D);
      if (A >= Other.Activations.size() ||
          Other.Activations[A].Loop != R.Activations[A].Loop)
        continue;
      std::optional<std::size_t> Before, Begin;
      for (std::size_t I = 0; I != Other.Events.size(); ++I) {
        const Event &E = Other.Events[I];
        if (E.TheKind == Kind::Head && E.Activation == A) {
          Before = Begin.value_or(I);
          Begin = I;
        } else if (E.TheKind == Kind::Exit && E.Activation == A) {
          break;
        } else if (Begin && E.TheKind == Kind::Branch &&
                   Branches.count(E.Where) &&
                   isPollThatLeaves(Other, A, *Before, *Begin, I)) {
          return true;
        }
      }
    }
    return false;
  }

  using Values = std::set<int>; // Ways that a branch goes.

  bool isPollThatLeaves(const Run &R, unsigned A, std::size_t Before,
                        std::size_t Begin, std::size_t I) {
    const Event &E = R.Events[I];
    if (E.TheKind != Kind::Branch && E.TheKind != Kind::Look)
      return false;
    if (E.TheKind == Kind::Look) // It throws if it is done.
      return leaves(R, A, I, E.IsOpaque ? kThrown : Values{1}, {0},
                    /*IsOpaque=*/false);
    for (std::size_t J = Before; J != I; ++J)
      if (R.Events[J].TheKind == Kind::Look)
        for (bool Once : {true, false})
          if (isDecidedToLeave(R, A, Begin, I, J, Once))
            return true;
    return false;
  }

  // Whether a way out is open where the branch at I goes one of the ways Done,
  // and not where it goes one of Alive.
  bool leaves(const Run &R, unsigned A, std::size_t I, const Values &Done,
              const Values &Alive, bool IsOpaque) {
    if (Done.empty() || Alive.empty() || (Done == Alive && Done.size() == 1))
      return false;
    const Ways &W = waysOf(R.Activations[A].Loop);
    Step S{R.Events[I].TheKind, R.Events[I].Where};
    auto WaysOf = [&](const Values &Some) {
      std::set<Way> All;
      for (int Value : Some)
        All.merge(W.waysOut({S, Value}));
      return All;
    };
    auto HasMore = [](const std::set<Way> &Mine, const std::set<Way> &Theirs) {
      return !std::includes(Theirs.begin(), Theirs.end(), Mine.begin(),
                            Mine.end());
    };
    // Of what is opaque nobody can see which outcome means done, nor where both
    // can have either.
    if (IsOpaque || Done == Alive)
      for (int Mine : Done)
        for (int Theirs : Alive)
          if (Mine != Theirs && (HasMore(WaysOf({Mine}), WaysOf({Theirs})) ||
                                 HasMore(WaysOf({Theirs}), WaysOf({Mine}))))
            return true;
    return HasMore(WaysOf(Done), WaysOf(Alive));
  }

  // Whether the branch that R comes to at I goes another way where the look at
  // J finds its context alive (Once), or those from there on do, and leaves the
  // loop by not doing so.
  bool isDecidedToLeave(const Run &R, unsigned A, std::size_t Begin,
                        std::size_t I, std::size_t J, bool Once) {
    Detour IfDone = R.Taken, IfAlive = R.Taken;
    if (Once)
      IfAlive.Values[J] = !R.Events[J].Value;
    else
      IfAlive.AliveFrom = J;
    Values Done{R.Events[I].Value}, Alive;
    unsigned Rounds = J < Begin;
    std::set<Site> There = askedFrom(R, J, I, A, Rounds), Here;
    auto Try = [&](const Detour &D, std::set<Site> &Asked, Values &Found) {
      for (int Default : {0, 1}) {
        Run Other = make(R.Given, R.IsVaried, D, Default);
        std::optional<std::size_t> Place = placeIn(Other, R, A, Begin, I);
        if (Place) {
          const Event &E = Other.Events[*Place];
          Found.insert(E.Value);
          if (E.MaybeNone && E.Value != R.Events[I].Value)
            Found.insert(E.Values - 1);
        }
        Asked.merge(askedFrom(Other, J, Place, A, Rounds));
      }
    };
    // With other answers on one of the sides.
    auto TryAnswers = [&](Detour &D, std::set<Site> &Asked,
                          const std::set<Site> &Elsewhere, Values &Found) {
      D.OtherwiseFrom = J;
      const std::set<Site> Before = Asked;
      for (int Value : {0, 1}) {
        for (Site Place : Before)
          if (!Elsewhere.count(Place))
            D.Answers[Place] = Value;
        Try(D, Asked, Found);
        // One that is answered otherwise than the others.
        const auto Alike = D.Answers;
        for (auto Place = Alike.begin();
             Alike.size() > 1 && Place != Alike.end(); ++Place) {
          D.Answers[Place->first] = !Value;
          Try(D, Asked, Found);
          D.Answers = Alike;
        }
      }
    };
    bool IsOpaque = R.Events[J].IsOpaque && Once;
    Try(IfAlive, Here, Alive);
    TryAnswers(IfAlive, Here, There, Alive);
    IfAlive.IsContrary = true;
    Try(IfAlive, Here, Alive);
    TryAnswers(IfDone, There, Here, Done);
    return leaves(R, A, I, Done, Alive, IsOpaque);
  }

  // Where answers are asked for from event J on, up to I if there is one; else
  // until loop A begins another round after the next Rounds ones.
  static std::set<Site> askedFrom(const Run &R, std::size_t J,
                                  std::optional<std::size_t> I, unsigned A,
                                  unsigned Rounds) {
    std::set<Site> Sites;
    for (; J < I.value_or(R.Events.size()); ++J) {
      const Event &E = R.Events[J];
      if (E.TheKind == Kind::Head && E.Activation == A && Rounds-- == 0)
        break;
      if (E.TheKind == Kind::Ask)
        Sites.insert(E.Where);
    }
    return Sites;
  }

  // The event in another run that is the branch to which R comes at I: the same
  // time in the same round of the same loop.
  static std::optional<std::size_t> placeIn(const Run &Other, const Run &R,
                                            unsigned A, std::size_t Begin,
                                            std::size_t I) {
    Site Where = R.Events[I].Where;
    unsigned Time = 0, Round = 0;
    for (std::size_t J = Begin; J != I; ++J)
      Time += R.Events[J].TheKind == Kind::Branch && R.Events[J].Where == Where;
    for (std::size_t J = 0; J <= Begin; ++J)
      Round += R.Events[J].TheKind == Kind::Head && R.Events[J].Activation == A;
    if (A >= Other.Activations.size() ||
        Other.Activations[A].Loop != R.Activations[A].Loop)
      return std::nullopt;
    unsigned Heads = 0;
    for (std::size_t J = 0; J != Other.Events.size(); ++J) {
      const Event &E = Other.Events[J];
      bool IsOurs = E.Activation == A;
      Heads += E.TheKind == Kind::Head && IsOurs;
      if (Heads > Round || (E.TheKind == Kind::Exit && IsOurs))
        break;
      if (Heads == Round && E.TheKind == Kind::Branch && E.Where == Where &&
          Time-- == 0)
        return J;
    }
    return std::nullopt;
  }

  const Ways &waysOf(Site Loop) {
    goEverywhere();
    auto [Place, New] = TheWays.try_emplace(Loop, Loop);
    if (New)
      for (const Run &R : Known)
        Place->second.add(R);
    return Place->second;
  }

  // Goes both ways at every branch, wherever that leads.
  void goEverywhere() {
    if (std::exchange(WentEverywhere, true))
      return;
    // Only where it is seen what comes of it: a run may end in a loop inside.
    constexpr std::size_t MostTimes = 6;
    std::map<std::pair<Site, int>, std::set<std::size_t>> From; // Which runs.
    std::set<std::pair<Site, int>> Tried;
    auto NoteTried = [&Tried](const Run &R) {
      auto Last =
          std::find_if(R.Events.rbegin(), R.Events.rend(), [](const Event &E) {
            return E.TheKind == Kind::Branch || E.TheKind == Kind::Look ||
                   E.TheKind == Kind::Exit || E.TheKind == Kind::Out;
          });
      for (auto E = Last; E != R.Events.rend(); ++E)
        if (E != Last)
          Tried.emplace(E->Where, E->Value);
    };
    for (const Run &R : Known)
      NoteTried(R);
    std::size_t Most = Known.size() + kMostDetours;
    for (std::size_t I = 0; I != Known.size(); ++I)
      for (std::size_t J = 0; J != Known[I].Events.size(); ++J) {
        const Event E = Known[I].Events[J];
        if (E.TheKind != Kind::Branch && E.TheKind != Kind::Look)
          continue;
        for (int Value = 0; Value != E.Values; ++Value) {
          if (Known.size() >= Most || Tried.count({E.Where, Value}) ||
              From[{E.Where, Value}].size() == MostTimes ||
              !From[{E.Where, Value}].insert(I).second)
            continue;
          Detour D = Known[I].Taken;
          D.Values.erase(D.Values.lower_bound(J), D.Values.end());
          D.Values[J] = Value;
          for (int Default : {0, 1, 2}) {
            Known.push_back(
                make(Known[I].Given, Known[I].IsVaried, D, Default));
            NoteTried(Known.back());
          }
        }
      }
  }

  const RandomFunction &Function;
  std::vector<Run> Known;
  std::uint64_t Random = 1;
  bool WentEverywhere = false;
  std::map<Site, Detour> Entered; // Loops that were judged, with a way there.
  std::map<Site, Ways> TheWays;
};

} // namespace

int main() {
  // A microsecond is one, not fifty.
  prctl(PR_SET_TIMERSLACK, 1UL);
  for (const RandomFunction *F = kFunctions.Begin; F != kFunctions.End; ++F) {
    Judge J(*F);
    J.findAll();
    std::printf("%s runs=%u endless=0 died=0", F->Name, J.Runs);
    for (const auto &[Line, Given] : J.Found) {
      std::printf(" %u=", Line);
      const char *Between = "";
      for (const auto &[Q, Answer] : Given) {
        std::printf("%s%u:%u", Between, static_cast<unsigned>(Q.first >> 16),
                    Answer);
        Between = ",";
      }
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}
