# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A language server and what an editor says to it, over its standard streams."""

import json
import pathlib
import subprocess
import sys


class Server:
    """Starts the server in a folder. A server that goes away ends the test."""

    def __init__(self, command, root, **how):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, **how)
        self.last_id = 0
        self.texts, self.versions = {}, {}  # Of open files, by URI.
        self.published = {}  # The last message about each file, by URI.
        self.capabilities = self.request("initialize", {
            "processId": None, "rootUri": pathlib.Path(root).resolve().as_uri(),
            "capabilities": {
                "workspace": {"workspaceEdit": {"documentChanges": False}},
                "textDocument": {
                    "codeAction": {"codeActionLiteralSupport": {
                        "codeActionKind": {"valueSet": ["quickfix"]}}},
                    # Notes come along with their diagnostic, not as more of
                    # them.
                    "publishDiagnostics": {"relatedInformation": True,
                                           "codeDescriptionSupport": True,
                                           "codeActionsInline": False}}}})
        self.send("initialized", {})

    def send(self, method, params, **fields):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps({**message, **fields}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline().strip()):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            sys.exit("the server went away")
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]
        return message

    def request(self, method, params):
        self.last_id += 1
        self.send(method, params, id=self.last_id)
        while (message := self.receive()).get("id") != self.last_id:
            pass
        if "error" in message:
            sys.exit(f"{method}: {message['error']}")
        return message["result"]

    def open(self, file, text=None):
        """Opens a file, with its text or another. Returns its URI."""
        path = pathlib.Path(file).resolve()
        uri = path.as_uri()
        self.texts[uri] = (path.read_text(encoding="utf-8") if text is None
                           else text)
        self.versions[uri] = 1
        self.send("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "cpp", "version": 1,
            "text": self.texts[uri]}})
        return uri

    def change(self, uri, text):
        """What the buffer holds from now on; the file stays as it is."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self.send("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": self.versions[uri]},
            "contentChanges": [{"text": text}], "wantDiagnostics": True})

    def close(self, uri):
        self.send("textDocument/didClose", {"textDocument": {"uri": uri}})

    def diagnostics(self, uri):
        """Those of the text as it is now."""
        while (self.published.get(uri, {}).get("version", 0)
               < self.versions[uri]):
            self.receive()
        return self.published[uri]["diagnostics"]

    def fixes(self, uri, diagnostic):
        """The quick-fixes that are offered for a diagnostic."""
        return self.request("textDocument/codeAction", {
            "textDocument": {"uri": uri}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}})

    def apply(self, uri, action):
        """Does in the buffer what a code action says."""
        lines = self.texts[uri].splitlines(keepends=True)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line.encode("utf-16-le")))

        def offset(position):
            return starts[position["line"]] + 2 * position["character"]

        text = self.texts[uri].encode("utf-16-le")
        edits = action["edit"]["changes"][uri]
        for edit in sorted(edits, key=lambda e: offset(e["range"]["start"]),
                           reverse=True):
            start = offset(edit["range"]["start"])
            end = offset(edit["range"]["end"])
            text = text[:start] + edit["newText"].encode("utf-16-le") + text[end:]
        self.change(uri, text.decode("utf-16-le"))

    def stop(self):
        """The server's exit status."""
        self.request("shutdown", None)
        self.send("exit", None)
        return self.process.wait()


def shown(diagnostic):
    """A diagnostic as a line of a compiler's."""
    start = diagnostic["range"]["start"]
    # Lines and columns count from 0 here, from 1 everywhere else.
    return (f"{start['line'] + 1}:{start['character'] + 1}: "
            f"{diagnostic['message']} [{diagnostic.get('code')}] "
            f"({diagnostic.get('source')})")
