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

export type FilmKind =
  | "mp4-moov-front"
  | "mp4-moov-end"
  | "webm-vp9"
  /** Frames that are shown in another order than they are decoded in. */
  | "ts-b-frames"
  | "m2ts-b-frames"
  /** Its second sound track is silent. */
  | "mkv-two-sounds"
  /** A key frame every 10 s. */
  | "mkv-long-gop"
  | "mkv-10-bit"
  /** Every fifth frame is missing. */
  | "mkv-variable-rate"
  | "mkv-vp9"
  /** Its frames begin before 0, and an edit list says so. */
  | "mov-edit-list";

const B_FRAMES = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-b:v", "1500k", "-pix_fmt", "yuv420p"];

const KINDS: Record<FilmKind, { file: string; codec: string[]; /** After the picture was drawn. */ filter?: string }> = {
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
  "ts-b-frames": { file: "b-frames.ts", codec: [...B_FRAMES, "-c:a", "aac"] },
  "m2ts-b-frames": { file: "b-frames.m2ts", codec: [...B_FRAMES, "-c:a", "aac", "-mpegts_m2ts_mode", "1"] },
  "mkv-two-sounds": {
    file: "two-sounds.mkv",
    codec: [...B_FRAMES, "-map", "2:a", "-c:a", "libopus", "-filter:a:1", "volume=0", ...language(0, "eng"), ...language(1, "deu")],
  },
  "mkv-long-gop": { file: "long-gop.mkv", codec: [...B_FRAMES, "-g", "250", "-c:a", "libopus"] },
  "mkv-10-bit": { file: "10-bit.mkv", codec: [...B_FRAMES, "-pix_fmt", "yuv420p10le", "-c:a", "libopus"] },
  "mkv-variable-rate": {
    file: "variable-rate.mkv",
    codec: [...B_FRAMES, "-fps_mode", "vfr", "-c:a", "libopus"],
    filter: ",select='not(eq(mod(n,5),4))'",
  },
  "mkv-vp9": {
    file: "vp9.mkv",
    codec: ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "800k", "-c:a", "libopus"],
  },
  "mov-edit-list": { file: "edit-list.mov", codec: [...B_FRAMES, "-c:a", "aac", "-movflags", "+faststart"] },
};

function language(sound: number, code: string): string[] {
  return [`-metadata:s:a:${sound}`, `language=${code}`];
}

/** Cache of films from earlier tests and runs, each named after the arguments that created it. */
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/rangecast/films", import.meta.url));

/** Creates a film with ffmpeg, or takes it from the cache. Resolves to the path of a copy in `folder`. */
export async function makeFilm(kind: FilmKind, folder: string, options: FilmOptions = {}): Promise<string> {
  const { file, codec, filter = "" } = KINDS[kind];
  const path = join(folder, file);
  const { width, height, framesPerSecond, codeBits, codeHeight } = FILM;
  const { seconds = FILM.seconds, bitRate, noise = 20 } = options;
  const timing = `r=${framesPerSecond}:d=${seconds}`;
  const code = `color=gray:s=${codeBits}x2:${timing},geq=lum='255*mod(floor(N/pow(2,X)),2)':cb=128:cr=128,scale=${width}:${codeHeight}:flags=neighbor`;
  const picture = `testsrc2=s=${width}x${height}:${timing},noise=alls=${noise}:allf=t`;
  const inputs = [code, picture, `sine=f=440:d=${seconds}`].flatMap((input) => ["-f", "lavfi", "-i", input]);
  const overlay = ["-filter_complex", `[1][0]overlay=0:0${filter}[v]`, "-map", "[v]", "-map", "2:a", "-g", "50"];
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
