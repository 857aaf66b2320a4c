import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { expect, test } from "vitest";
import { resolveIce } from "./ice-settings.ts";

const TURN = "turn:turn.example:3478";

test("without settings there are no ICE servers", async () => {
  expect(await resolveIce({}, { RANGECAST_TURN_SECRET: "unused" })).toEqual({ iceServers: [] });
});

test.each([
  ["are used if the options name no server", {}, ["stun:usual:3478"]],
  ["are not used beside others", { stun: ["stun:a:1"] }, ["stun:a:1"]],
  ["are not used with --no-stun", { stun: false as const }, undefined],
])("the usual STUN servers %s", async (_name, flags, urls) => {
  expect((await resolveIce(flags, {}, ["stun:usual:3478"])).iceServers).toEqual(urls === undefined ? [] : [{ urls }]);
});

test("the secret comes from the environment, or from a file, which wins", async () => {
  const folder = await temporaryFolder();
  const file = join(folder, "secret");
  await writeFile(file, "the secret of a file\n");
  const env = { RANGECAST_TURN_SECRET: "from the environment" };
  const flags = { stun: ["stun:a:1"], turn: [TURN] };
  expect(await resolveIce(flags, env)).toEqual({
    iceServers: [{ urls: ["stun:a:1"] }],
    turn: { urls: [TURN], secret: "from the environment" },
  });
  expect((await resolveIce({ ...flags, turnSecretFile: file }, env)).turn?.secret).toBe("the secret of a file");
});

test.each([
  ["a TURN server without its secret", { turn: [TURN] }, /RANGECAST_TURN_SECRET/u],
  ["a secret that can be guessed", { turn: [TURN] }, /too short/u, { RANGECAST_TURN_SECRET: "fifteen letters" }],
  ["a secret without its server", { turnSecretFile: "/nowhere" }, /--turn turn:/u],
  ["a file that isn't there", { turn: [TURN], turnSecretFile: "/nowhere/secret" }, /\/nowhere\/secret can't be read: it does not exist/u],
  ["a fourth server", { stun: ["stun:a", "stun:b"], turn: [TURN, TURN] }, /at most 3/u],
])("%s is refused, with what to do", async (_name, flags, message, env: NodeJS.ProcessEnv = {}) => {
  await expect(resolveIce(flags, env)).rejects.toThrow(message);
});
