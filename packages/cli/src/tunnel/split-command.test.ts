import { expect, it } from "vitest";
import { splitCommand } from "./split-command.ts";

it.each([
  ["ssh -R 80:localhost:{port} nokey@localhost.run", ["ssh", "-R", "80:localhost:{port}", "nokey@localhost.run"]],
  ["  a \t b\n", ["a", "b"]],
  [`a 'b c' "d e"`, ["a", "b c", "d e"]],
  [`a '' ""`, ["a", "", ""]],
  [`--url='http://x y'/z"1"`, ["--url=http://x y/z1"]],
  [String.raw`"a \"b\" \\ \n" 'c \" d'`, [String.raw`a "b" \ \n`, String.raw`c \" d`]],
  [String.raw`C:\Tools\tunnel.exe {port}`, [String.raw`C:\Tools\tunnel.exe`, "{port}"]],
  ["a; b && $(c) | d > e `f` $HOME *", ["a;", "b", "&&", "$(c)", "|", "d", ">", "e", "`f`", "$HOME", "*"]],
  ["", []],
  [`a 'b`, undefined],
  [`a b"`, undefined],
  [String.raw`a "b\"`, undefined],
])("splits %j", (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});
