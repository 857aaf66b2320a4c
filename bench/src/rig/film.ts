import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Ten seconds of 720p at some 2 Mbit/s, as a camera or a streaming service would have it, its index in front. */
const INPUT = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=10,noise=alls=8:allf=t"];
const CODEC = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "2M", "-pix_fmt", "yuv420p", "-g", "50", "-movflags", "+faststart"];

/** Makes a film in a folder. @returns its path; undefined where ffmpeg isn't installed */
export async function makeFilm(folder: string): Promise<string | undefined> {
  if (spawnSync("ffmpeg", ["-version"]).status !== 0) return undefined;
  const path = join(folder, "film.mp4");
  await promisify(execFile)("ffmpeg", ["-v", "error", "-y", ...INPUT, ...CODEC, path]);
  return path;
}
