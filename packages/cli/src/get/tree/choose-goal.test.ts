import { describe, expect, it } from "vitest";
import { fakeTree, fileOf } from "../../testing/fake-tree.ts";
import { chooseGoal, parseTreePath } from "./choose-goal.ts";

const TREE = fakeTree({ "a.txt": fileOf("a"), "Season 1/one.mp4": fileOf("one"), "Season 1/two.mp4": fileOf("two") });

const choose = async (base: string, ...paths: string[]): Promise<unknown> => {
  const goal = await chooseGoal(TREE, Buffer.from(base), paths.map(parseTreePath), new AbortController().signal);
  return [goal.kind, goal.path.toString(), ...(goal.kind === "folder" ? goal.select.map(String) : [])];
};

describe("what is downloaded", () => {
  it.each<[string, string, string[], string[]]>([
    ["the whole share", "", [], ["folder", ""]],
    ["the whole share, by its path", "", ["./"], ["folder", ""]],
    ["a folder of the link", "Season 1", [], ["folder", "Season 1"]],
    ["a file of the link", "Season 1/one.mp4", [], ["file", "Season 1/one.mp4"]],
    ["one PATH, as if the link led to it", "", ["Season 1/one.mp4"], ["file", "Season 1/one.mp4"]],
    ["one PATH within the link's folder", "Season 1", ["./one.mp4"], ["file", "Season 1/one.mp4"]],
    ["several PATHs of a folder", "Season 1", ["one.mp4", "two.mp4/"], ["folder", "Season 1", "one.mp4", "two.mp4"]],
  ])("is %s", async (_what, base, paths, goal) => {
    expect(await choose(base, ...paths)).toEqual(goal);
  });

  it.each<[string, string, string[], string]>([
    ["a PATH that is not there", "", ["Season 2"], "not-found"],
    ["a link to what is not there", "Season 1/three.mp4", [], "not-found"],
    ["PATHs within a file", "a.txt", ["b", "c"], "usage"],
    ["a second link", "", ["https://page.example/s/AQIDBAUGBwgJCgsMDQ4PEA"], "usage"],
    ["a PATH upwards", "", ["Season 1/../a.txt"], "usage"],
  ])("is not %s", async (_what, base, paths, reason) => {
    await expect((async () => choose(base, ...paths))()).rejects.toMatchObject({ name: "CliError", reason });
  });
});
