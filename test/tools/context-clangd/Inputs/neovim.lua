-- Part of context-tidy, under the Apache License v2.0 with LLVM Exceptions.
-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
--
-- Neovim's own client against a server: opens a file, shows its findings, edits
-- the buffer, applies the fix that is offered. Nothing is saved.
-- usage: SERVER=... nvim --headless --clean -c "luafile neovim.lua"

local function say(...)
  io.stdout:write(table.concat({ ... }, " "), "\n")
end

local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    say("timed out: " .. what)
    vim.cmd("cquit 1")
  end
end

local function shown(diagnostics)
  local lines = {}
  for _, d in ipairs(diagnostics) do
    table.insert(lines, string.format("%d:%d: %s [%s]", d.lnum + 1, d.col + 1,
      vim.split(d.message, "\n")[1], d.code or ""))
  end
  return #lines == 0 and "nothing" or table.concat(lines, " ")
end

vim.cmd("edit one.cpp")
local buffer = vim.api.nvim_get_current_buf()
local published = 0
vim.lsp.handlers["textDocument/publishDiagnostics"] = vim.lsp.with(
  function(...)
    vim.lsp.diagnostic.on_publish_diagnostics(...)
    published = published + 1
  end, {})
local client = vim.lsp.start_client({
  name = "context-clangd",
  cmd = { os.getenv("SERVER"), "--log=error" },
  root_dir = vim.fn.getcwd(),
})
vim.lsp.buf_attach_client(buffer, client)

wait("first diagnostics", function() return published > 0 end)
say("opened:", shown(vim.diagnostic.get(buffer)))
local d = vim.diagnostic.get(buffer)[1]
for _, note in ipairs(d.user_data.lsp.relatedInformation or {}) do
  say("  note:", tostring(note.location.range.start.line + 1), note.message)
end

local before = published
vim.api.nvim_buf_set_lines(buffer, 2, 3, false, {})
wait("the edit", function() return published > before end)
say("taken out:", shown(vim.diagnostic.get(buffer)))

before = published
vim.api.nvim_buf_set_lines(buffer, 2, 2, false,
  { "  auto [ctx, cancel] = context::WithCancel(parent);" })
wait("the second edit", function() return published > before end)
say("put back:", shown(vim.diagnostic.get(buffer)))

vim.api.nvim_win_set_cursor(0, { 3, 14 })
before = published
vim.ui.select = function(items, _, choose)
  say("offered:", items[1][2].title)
  choose(items[1], 1)
end
vim.lsp.buf.code_action({
  context = { only = { "quickfix" },
    diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, 2) },
})
wait("the fix", function() return published > before end)
say("fixed:", shown(vim.diagnostic.get(buffer)))
for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
  say("  |" .. line)
end
vim.lsp.stop_client(client)
vim.cmd("qall!")
