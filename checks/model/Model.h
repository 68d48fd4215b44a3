// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a library's names mean for cancellation, as data. One YAML file is one
// Library; docs/models.md describes the format. Names are fully qualified
// ("::context::Context"); inline namespaces are left out, and '*' stands for
// any run of characters.

#ifndef CONTEXT_TIDY_CHECKS_MODEL_MODEL_H
#define CONTEXT_TIDY_CHECKS_MODEL_MODEL_H

#include <optional>
#include <string>
#include <vector>

namespace clang::tidy::context::model {

/// Where a parameter list has its context, for context-first-parameter.
enum class Position { First, Last, Any };

/// Whether a context may be kept in a field, for context-stored-in-struct.
enum class Storage { Forbidden, Allowed };

/// A type that carries cancellation. Subclasses count as the type itself.
struct ContextType {
  std::string Type;
  std::vector<std::string> Polls;   ///< Members that look at it.
  std::vector<std::string> Signals; ///< Members that return something to wait
                                    ///< on.
  std::string Throws; ///< The type that a poll which returns nothing throws;
                      ///< empty if nobody can say.
  Storage Stored = Storage::Forbidden;
  Position Wanted = Position::First;
};

/// What a context's signal member returns: the thing that is closed.
struct SignalType {
  std::string Type;
  std::vector<std::string> Polls; ///< Members that look at it.
  std::vector<std::string> Waits; ///< Members that wait and tell nothing.
};

/// A function whose result holds a cancel function that must be called.
struct Derive {
  std::string Function;
  /// Where its result has the context and the cancel function: the name of a
  /// member, the index of a tuple element, or "result" for the result itself.
  std::string Context = "ctx";
  std::string Cancel = "cancel";
};

/// A function that waits for the first of several cases.
struct Select {
  std::string Function;
  std::string Receive; ///< Makes a case of a signal, its first argument.
  std::string Default; ///< Makes the case that is taken when none is ready.
};

/// The line that calls a cancel function at the end of its scope. {guard} and
/// {cancel} in Text stand for the names of the guard and the cancel function.
struct Guard {
  std::string Text;
  std::string Include; ///< The header that Text needs, without brackets.
};

/// One library's part in the model.
struct Library {
  std::string Name;
  std::vector<ContextType> Contexts;
  std::vector<SignalType> Signals;
  std::vector<std::string> Results; ///< Types; whoever returns one derives.
  std::vector<Derive> Derives;
  std::vector<Select> Selects;
  std::vector<std::string> Roots;      ///< Functions that make a root context;
                                       ///< of constructors, the default one.
  std::vector<std::string> Spawns;     ///< Run a callable after they return.
  std::vector<std::string> Polls;      ///< Free functions that look at one.
  std::vector<std::string> Blocking;   ///< Functions that may wait for long.
  std::vector<std::string> Cancellers; ///< Types that cancel a context.
  std::vector<std::string> Carriers;   ///< Types that may hold a context.
  std::vector<std::string> Discards; ///< Objects that swallow what is assigned
                                     ///< to them.
  std::optional<Guard> TheGuard;
};

/// The libraries that the checks know in one run, presets first.
struct Model {
  std::vector<Library> Libraries;
};

} // namespace clang::tidy::context::model

#endif // CONTEXT_TIDY_CHECKS_MODEL_MODEL_H
