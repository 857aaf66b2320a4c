/*
 * Test films with a time code in the picture: the top strip of every frame holds the frame's number as 16 black or white blocks,
 * lowest bit left. So a test can read from the pixels which frame a browser shows after a seek.
 */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, copyFile, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export const FILM = { width: 320, height: 180, framesPerSecond: 25, seconds: 60, codeBits: 16, codeHeight: 40 } as const;

export interface FilmOptions {
  /** @default FILM.seconds */
  readonly seconds?: number;
  /** Bit rate of the picture, bits per second. @default that of the kind */
  readonly bitRate?: number;
  /** Strength of the noise, 0 to 100: more noise makes a larger file. @default 20 */
  readonly noise?: number;
}

export type FilmKind = "mp4-moov-front" | "mp4-moov-end" | "webm-vp9";

const KINDS: Record<FilmKind, { file: string; codec: string[] }> = {
  "mp4-moov-front": {
    file: "moov-front.mp4",
    codec: ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "1500k", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"],
  },
  "mp4-moov-end": {
    file: "moov-end.mp4",
    codec: ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "1500k", "-pix_fmt", "yuv420p", "-c:a", "aac"],
  },
  "webm-vp9": {
    file: "vp9.webm",
    codec: ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "800k", "-c:a", "libopus"],
  },
};

/** Cache of films from earlier tests and runs, each named after the arguments that created it. */
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/rangecast/films", import.meta.url));

/** Creates a film with ffmpeg, or takes it from the cache. Resolves to the path of a copy in `folder`. */
export async function makeFilm(kind: FilmKind, folder: string, options: FilmOptions = {}): Promise<string> {
  const { file, codec } = KINDS[kind];
  const path = join(folder, file);
  const { width, height, framesPerSecond, codeBits, codeHeight } = FILM;
  const { seconds = FILM.seconds, bitRate, noise = 20 } = options;
  const timing = `r=${framesPerSecond}:d=${seconds}`;
  const code = `color=gray:s=${codeBits}x2:${timing},geq=lum='255*mod(floor(N/pow(2,X)),2)':cb=128:cr=128,scale=${width}:${codeHeight}:flags=neighbor`;
  const picture = `testsrc2=s=${width}x${height}:${timing},noise=alls=${noise}:allf=t`;
  const inputs = [code, picture, `sine=f=440:d=${seconds}`].flatMap((input) => ["-f", "lavfi", "-i", input]);
  const overlay = ["-filter_complex", "[1][0]overlay=0:0[v]", "-map", "[v]", "-map", "2:a", "-g", "50"];
  const rate = bitRate === undefined ? [] : ["-b:v", String(bitRate)];
  await copyFile(await encode([...inputs, ...overlay, ...codec, ...rate], file), path);
  return path;
}

/** Resolves to the path of the encoded file in the cache. */
async function encode(args: readonly string[], file: string): Promise<string> {
  const digest = createHash("sha256").update(args.join("\n")).digest("hex").slice(0, 16);
  const cached = join(CACHE, `${digest}-${file}`);
  const isThere = await access(cached).then(
    () => true,
    () => false,
  );
  if (isThere) return cached;
  await mkdir(CACHE, { recursive: true });
  // Under a temporary name first: another test may create the same film at the same time.
  const unfinished = join(CACHE, `${randomUUID()}-${file}`);
  await run("ffmpeg", ["-v", "error", "-y", ...args, unfinished]);
  await rename(unfinished, cached);
  return cached;
}
