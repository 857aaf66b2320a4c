/* Test pictures of one colour each, and which colours a page shows of them. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withExif } from "@rangecast/testkit/files/exif-jpeg";

const run = promisify(execFile);

export type Colour = "red" | "lime" | "blue";

const PICTURE = { width: 320, height: 240 } as const;

/** Creates a picture; its name's extension is its format. @param thumbnail colour of the thumbnail that is embedded in a JPEG */
export async function makePicture(path: string, colour: Colour, { thumbnail }: { readonly thumbnail?: Colour } = {}): Promise<void> {
  await draw(path, colour, "320x240");
  if (thumbnail === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "rangecast-picture-"));
  try {
    const small = join(folder, "thumbnail.jpg");
    await draw(small, thumbnail, "160x120");
    await writeFile(path, withExif(await readFile(path), { ...PICTURE, orientation: 1, thumbnail: await readFile(small) }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function draw(path: string, colour: Colour, size: string): Promise<void> {
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", `color=${colour}:s=${size}`, "-frames:v", "1", path]);
}

/** The colour in the middle of each thumbnail that a page shows as a tile. "none": an icon. Runs in the page. */
export function tileColours(): (Colour | "none")[] {
  return [...document.querySelectorAll(".tile")].map((tile) => {
    const canvas = tile.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return "none";
    const [red = 0, green = 0, blue = 0] = context.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
    return red > green && red > blue ? "red" : green > blue ? "lime" : "blue";
  });
}
