/* Clips of a few seconds: in codecs that many browsers don't decode, and ordinary ones. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const SECONDS = 5;
const PICTURE = ["-f", "lavfi", "-i", `testsrc2=s=320x180:r=25:d=${SECONDS}`];
const SOUND = ["-f", "lavfi", "-i", `sine=f=440:d=${SECONDS}`];
const COVER = ["-f", "lavfi", "-i", "testsrc2=s=320x180:d=1"];
const FILM = [...PICTURE, ...SOUND];
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=none"];
const AAC = ["-c:a", "aac"];

/** A clip, by its file name. */
export type Clip =
  | "hevc-aac.mp4"
  | "hevc-aac.mkv"
  | "hevc-ac3.mp4"
  | "h264-ac3.mp4"
  | "h264-ac3.mkv"
  | "h264-eac3.mp4"
  | "h264-dts.mkv"
  | "h264-alac.mp4"
  | "h264-10bit.mp4"
  | "mpeg4-aac.mp4"
  | "alac.m4a"
  | "h264-aac.mp4"
  | "h264-opus.mkv"
  | "vp9-opus.webm"
  | "h264-silent.mp4"
  | "h264-two-sounds.mkv"
  | "sound-only.mp4"
  | "cover.m4a";

/** ffmpeg's arguments for each clip. */
const CLIPS: Readonly<Record<Clip, readonly string[]>> = {
  "hevc-aac.mp4": [...FILM, ...HEVC, "-tag:v", "hvc1", ...AAC],
  "hevc-aac.mkv": [...FILM, ...HEVC, ...AAC],
  "hevc-ac3.mp4": [...FILM, ...HEVC, "-tag:v", "hvc1", "-c:a", "ac3"],
  "h264-ac3.mp4": [...FILM, ...H264, "-c:a", "ac3"],
  "h264-ac3.mkv": [...FILM, ...H264, "-c:a", "ac3"],
  "h264-eac3.mp4": [...FILM, ...H264, "-c:a", "eac3"],
  "h264-dts.mkv": [...FILM, ...H264, "-c:a", "dca", "-strict", "-2"],
  "h264-alac.mp4": [...FILM, ...H264, "-c:a", "alac"],
  "h264-10bit.mp4": [...FILM, ...H264, "-pix_fmt", "yuv420p10le", ...AAC],
  "mpeg4-aac.mp4": [...FILM, "-c:v", "mpeg4", ...AAC],
  "alac.m4a": [...SOUND, "-c:a", "alac"],
  "h264-aac.mp4": [...FILM, ...H264, ...AAC],
  "h264-opus.mkv": [...FILM, ...H264, "-c:a", "libopus"],
  "vp9-opus.webm": [...FILM, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"],
  "h264-silent.mp4": [...PICTURE, ...H264],
  "h264-two-sounds.mkv": [...FILM, "-map", "0", "-map", "1", "-map", "1", ...H264, "-c:a:0", "ac3", "-c:a:1", "aac"],
  "sound-only.mp4": [...SOUND, ...AAC],
  "cover.m4a": [...SOUND, ...COVER, "-map", "0", "-map", "1", ...AAC, "-c:v", "mjpeg", "-frames:v", "1", "-disposition:v", "attached_pic"],
};

/** Creates one clip in `folder` with ffmpeg. @returns its path */
export async function makeClip(clip: Clip, folder: string): Promise<string> {
  const path = join(folder, clip);
  await run("ffmpeg", ["-v", "error", "-y", ...CLIPS[clip], path]);
  return path;
}
