import { expect, test } from "vitest";
import { soundLabel } from "./sound-menu.ts";

test.each([
  [{ track: 0, name: "", language: "eng" }, "English"],
  [{ track: 1, name: "Commentary", language: "de" }, "German – Commentary"],
  [{ track: 1, name: "Commentary", language: "" }, "Commentary"],
  [{ track: 2, name: "", language: "" }, "Track 3"],
  [{ track: 2, name: "", language: "no language!" }, "Track 3"],
])("%o is called %s", (sound, label) => {
  expect(soundLabel(sound)).toBe(label);
});
