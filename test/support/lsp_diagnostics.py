# Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Opens a file in a language server, as an editor does, and prints the first
diagnostics that it publishes. usage: lsp_diagnostics.py FILE SERVER [ARG...]"""

import json
import pathlib
import subprocess
import sys


class Server:

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.last_id = 0

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
        return json.loads(self.process.stdout.read(length))

    def request(self, method, params):
        self.last_id += 1
        self.send(method, params, id=self.last_id)
        while (message := self.receive()).get("id") != self.last_id:
            pass
        return message["result"]


file, *command = sys.argv[1:]
path = pathlib.Path(file).resolve()
server = Server(command)
server.request("initialize", {
    "processId": None, "rootUri": path.parent.as_uri(),
    # Notes come along with their diagnostic, not as more of them.
    "capabilities": {"textDocument": {
        "publishDiagnostics": {"relatedInformation": True}}}})
server.send("initialized", {})
server.send("textDocument/didOpen", {"textDocument": {
    "uri": path.as_uri(), "languageId": "cpp", "version": 1,
    "text": path.read_text(encoding="utf-8")}})
while True:
    message = server.receive()
    # Those of its configuration file come, too.
    if (message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == path.as_uri()):
        break
for diagnostic in message["params"]["diagnostics"]:
    start = diagnostic["range"]["start"]
    # Lines and columns count from 0 here, from 1 everywhere else.
    print(f"{start['line'] + 1}:{start['character'] + 1}: "
          f"{diagnostic['message']} [{diagnostic.get('code')}] "
          f"({diagnostic.get('source')})")
server.request("shutdown", None)
server.send("exit", None)
sys.exit(server.process.wait())
