;; Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
;; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;;
;; Emacs with eglot against a server: opens a file, shows its findings, applies
;; each fix that is offered, and shows what is left. Nothing is saved.
;; usage: SERVER=... emacs -Q --batch -l emacs.el

(dolist (library '("eglot-1.9" "project-0.8.1" "seq-2.23" "xref-1.6.0"))
  (add-to-list 'load-path
               (concat "/usr/share/emacs/site-lisp/elpa-src/" library)))
(require 'eglot)

(defun say (format &rest arguments)
  (princ (concat (apply #'format format arguments) "\n")))

(defvar published 0)
(cl-defmethod eglot-handle-notification :after
  (_server (_method (eql textDocument/publishDiagnostics)) &rest _)
  (setq published (1+ published)))

(defun wait (what)
  "Until there are diagnostics that are newer than the last."
  (let ((before published) (end (+ (float-time) 60)))
    (while (= published before)
      (when (> (float-time) end)
        (say "timed out: %s" what)
        (kill-emacs 1))
      (accept-process-output nil 0.02))))

(defun show (when)
  "What is found, in order of place. Returns what has a fix."
  (flymake-start)
  (accept-process-output nil 0.1)
  (let ((all (sort (flymake-diagnostics)
                   (lambda (one other)
                     (let ((a (flymake-diagnostic-beg one))
                           (b (flymake-diagnostic-beg other)))
                       (or (< a b)
                           (and (= a b)
                                (string> (flymake-diagnostic-text one)
                                         (flymake-diagnostic-text other)))))))))
    (unless all (say "%s: nothing" when))
    (dolist (each all)
      (say "%s: %d: %s" when
           (line-number-at-pos (flymake-diagnostic-beg each))
           (car (split-string (flymake-diagnostic-text each) "\n"))))
    (seq-filter (lambda (each)
                  (string-match-p "fix available" (flymake-diagnostic-text each)))
                all)))

(setq eglot-server-programs
      `((c++-mode . (,(getenv "SERVER") "--log=error")))
      eglot-sync-connect 30
      eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil
      project-find-functions nil)
(find-file "one.cpp")
(apply #'eglot (eglot--guess-contact))
(wait "first diagnostics")
(let ((findings (show "opened")))
  (while findings
    (let* ((finding (car findings))
           (actions (eglot-code-actions (flymake-diagnostic-beg finding)
                                        (flymake-diagnostic-end finding)
                                        "quickfix"))
           (action (car (append actions nil))))
      (say "offered: %s" (plist-get action :title))
      (eglot--apply-workspace-edit (plist-get action :edit))
      (eglot--signal-textDocument/didChange)
      (wait "the fix"))
    (setq findings (show "then"))))
(princ (buffer-substring-no-properties (point-min) (point-max)))
(set-buffer-modified-p nil)
