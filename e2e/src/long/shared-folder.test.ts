/* The page of a shared folder with hostile files, and with 50,000 entries. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FolderScene, listedNames, startFolderScene, untilListed } from "../lib/folder-scene.ts";
import { fetchInPage } from "../lib/web-page.ts";

const MANY = 50_000;
const EVIL: Readonly<Record<string, string>> = {
  "evil.html": `<!doctype html><script>localStorage.setItem("pwned", opener.location.hash); fetch("/pwned"); document.title = "pwned"</script>`,
  "evil.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('/pwned')"><script>localStorage.setItem("pwned", "1"); fetch("/pwned")</script></svg>`,
};

let scene: FolderScene;

beforeAll(async () => {
  scene = await startFolderScene(async (folder) => {
    for (const [name, text] of Object.entries(EVIL)) await writeFile(join(folder, name), text);
    await mkdir(join(folder, "many"));
    for (let index = 0; index < MANY; index += 1) await writeFile(join(folder, "many", `IMG_${index}.jpg`), "");
  });
});
afterAll(() => scene.close());

test.each(Object.keys(EVIL))(
  "a hostile file %s is shown as text; in a frame or a tab it runs nothing and reaches no storage",
  async (name) => {
    const page = await scene.open(name);
    await page.locator("pre.text:not([hidden])").waitFor();
    expect(await page.locator("pre.text").textContent()).toBe(EVIL[name]);
    const url = await page.evaluate(
      (file) => performance.getEntriesByType("resource").find((entry) => entry.name.includes(file))?.name ?? "",
      name,
    );
    const { headers } = await fetchInPage(page, url);
    expect(headers).toMatchObject({ "content-security-policy": "sandbox; default-src 'none'", "x-content-type-options": "nosniff" });
    const requests: string[] = [];
    scene.context.on("request", (request) => requests.push(request.url()));
    // A tab that has this page as its opener, and a frame inside it. If the browser saves the file instead of showing it, both stay empty.
    await page.evaluate((address) => {
      const frame = document.createElement("iframe");
      frame.src = address;
      document.body.append(frame);
      window.open(address);
    }, url);
    await expect.poll(() => requests.filter((each) => each === url).length).toBe(2);
    await page.waitForTimeout(1000);
    expect(requests.filter((each) => each.includes("pwned"))).toEqual([]);
    expect(await page.evaluate(() => localStorage.getItem("pwned"))).toBeNull();
    for (const each of scene.context.pages()) await each.close();
  },
);

test("50,000 entries are listed and filtered, and only the rows in view exist", async () => {
  const page = await scene.open("many");
  await page.locator("#facts", { hasText: "50,000 files" }).waitFor();
  await page.getByText("IMG_2.jpg").waitFor();
  expect((await listedNames(page)).length, "tiles").toBeLessThan(60);
  await page.getByRole("button", { name: "Show as a list" }).click();
  expect((await listedNames(page)).length).toBeLessThan(60);
  expect(await page.locator("#files").getAttribute("aria-rowcount")).toBe("50001");
  await page.locator("#files").focus();
  await page.keyboard.press("End");
  await page.getByText("IMG_49999.jpg").waitFor();
  expect(await page.locator(".row.current").getAttribute("aria-rowindex")).toBe("50001");
  await page.keyboard.press("/");
  await page.keyboard.type("_4999");
  await untilListed(page, ["IMG_4999.jpg", ...Array.from({ length: 10 }, (_value, index) => `IMG_4999${index}.jpg`)]);
  await page.close();
});
