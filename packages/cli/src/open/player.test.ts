import { expect, it } from "vitest";
import { runPlayer } from "./player.ts";

const NODE = process.execPath;
const url = "http://127.0.0.1:1/secret/film.mp4";
const run = (command: string, signal = new AbortController().signal): ReturnType<typeof runPlayer> =>
  runPlayer({ command, url, stdio: "ignore", signal });

it("gives the address as the last argument, and reports the exit code", async () => {
  // The address is no module, so Node's own exit code differs from this one.
  expect(await run(`${NODE} -e process.exit(process.argv.at(-1)==="${url}"?3:4)`)).toEqual({ code: 3 });
});

it("says that a program is missing", async () => {
  await expect(run("no-such-player --loud")).rejects.toMatchObject({
    reason: "player-failed",
    message: expect.stringMatching(/no program no-such-player/),
  });
});

it("ends the player when the signal aborts", async () => {
  const stop = new AbortController();
  const running = run(`${NODE} -e setInterval(()=>0,1000)`, stop.signal);
  stop.abort();
  expect(await running).toEqual({ code: null });
});

it("starts nothing if the signal has aborted", async () => {
  expect(await run("no-such-player", AbortSignal.abort())).toEqual({ code: null });
});
