// Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "WholeFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

namespace clang::tidy::context::lint {

namespace fs = llvm::sys::fs;

static llvm::Error cannotWrite(llvm::StringRef Path, std::error_code EC) {
  return llvm::createStringError(EC, "cannot write %s: %s", Path.str().c_str(),
                                 EC.message().c_str());
}

static std::error_code
writeTo(llvm::StringRef Path,
        llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  std::error_code EC;
  llvm::raw_fd_ostream OS(Path, EC, fs::OF_None);
  if (EC)
    return EC;
  Write(OS);
  OS.close();
  EC = OS.error();
  OS.clear_error();
  return EC;
}

llvm::Error
writeWholeFile(llvm::StringRef Path,
               llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  // Through a link, to the file itself.
  llvm::SmallString<256> Target;
  if (fs::real_path(Path, Target))
    Target = Path;
  fs::file_status Old;
  const bool Exists = !fs::status(Target, Old);
  if (Exists && !fs::is_regular_file(Old)) {
    if (std::error_code EC = writeTo(Target, Write))
      return cannotWrite(Path, EC);
    return llvm::Error::success();
  }
  const std::string New =
      (Target + ".new-" + llvm::Twine(llvm::sys::Process::getProcessId()))
          .str();
  std::error_code EC = writeTo(New, Write);
  if (!EC && Exists)
    EC = fs::setPermissions(New, Old.permissions());
  if (!EC)
    EC = fs::rename(New, Target);
  if (!EC)
    return llvm::Error::success();
  (void)fs::remove(New);
  return cannotWrite(Path, EC);
}

} // namespace clang::tidy::context::lint
