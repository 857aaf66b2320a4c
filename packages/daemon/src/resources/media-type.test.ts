import { describe, expect, test } from "vitest";
import { mediaTypeOf } from "./media-type.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const TS_PACKET = "G".padEnd(188, "\0");
const TRANSPORT_STREAM = latin1(TS_PACKET.repeat(10));
const M2TS = latin1(`\0\0\0\0${TS_PACKET}`.repeat(10));
const PROGRAM_STREAM = latin1("\x00\x00\x01\xba\x44\x00");
const MP4 = latin1("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41");
const QUICKTIME = latin1("\0\0\0\x14ftypqt  \0\0\x02\0qt  ");
const M4A = latin1("\0\0\0\x1cftypM4A \0\0\0\0");
const WEBM = latin1("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm");
const MATROSKA = latin1("\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska");
const ZIP = latin1("PK\x03\x04\x14\0");
const TYPESCRIPT = latin1("import { open } from 'node:fs';\n// caf\xe9\nexport const x = 1;\n");
const HTML = latin1("\n<!DOCTYPE html><title>Log in</title>");
const NOISE = latin1("\x8e\0\x11\x02\xff");
const EMPTY = new Uint8Array(0);

describe("the media type", () => {
  test.each<[string, Uint8Array, string | undefined]>([
    // An extension with two meanings.
    ["code.ts", TYPESCRIPT, "text/plain"],
    ["code.mts", TYPESCRIPT, "text/plain"],
    ["film.ts", TRANSPORT_STREAM, "video/mp2t"],
    ["film.mts", M2TS, "video/mp2t"],
    ["film.m2ts", M2TS, "video/mp2t"],
    ["camera.tod", TRANSPORT_STREAM, "video/mp2t"],
    ["camera.mod", PROGRAM_STREAM, "video/mpeg"],
    ["song.mod", NOISE, undefined],
    ["vcd.dat", latin1("RIFF\0\0\0\0CDXAfmt "), "video/mpeg"],
    ["settings.dat", NOISE, undefined],
    ["long-line.ts", latin1("G".repeat(188)), "text/plain"],
    // An extension without a meaning, or none.
    ["film.bin", MP4, "video/mp4"],
    ["film", MATROSKA, "video/x-matroska"],
    ["film.bin", WEBM, "video/webm"],
    ["blob.bin", NOISE, "application/octet-stream"],
    ["README", latin1("Read me.\n"), "text/plain"],
    // A wrong extension.
    ["film.mp4", HTML, "text/html"],
    ["film.mp4", latin1("404 not found"), "text/plain"],
    ["film.mkv", ZIP, "application/zip"],
    ["film.mp4", MATROSKA, "video/x-matroska"],
    ["film.mkv", WEBM, "video/webm"],
    ["picture.jpg", latin1("\x89PNG\r\n\x1a\n\0"), "image/png"],
    ["notes.txt", latin1("%PDF-1.7\n"), "application/pdf"],
    ["photo.jpg", latin1("h\0t\0").subarray(1), "image/jpeg"],
    ["text16.mp4", latin1("\xff\xfeh\0i\0"), "text/plain"],
    // The name is more specific than the bytes.
    ["sound.weba", WEBM, "audio/webm"],
    ["sound.mka", MATROSKA, "audio/x-matroska"],
    ["sound.m4a", MP4, "audio/mp4"],
    ["film.mov", MP4, "video/quicktime"],
    ["film.mp4", QUICKTIME, "video/mp4"],
    ["unnamed", M4A, "audio/mp4"],
    ["sound.opus", latin1("OggS\0"), "audio/ogg"],
    ["sound.aac", latin1("ID3\x04"), "audio/aac"],
    ["letter.docx", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["data.json", latin1('{"a": 1}'), "application/json"],
    ["drawing.svg", latin1("<svg xmlns='http://www.w3.org/2000/svg'/>"), "image/svg+xml"],
    ["page.html", HTML, "text/html"],
    // Unknown bytes: the name decides.
    ["film.mp4", NOISE, "video/mp4"],
    ["film.mp4", EMPTY, "video/mp4"],
    ["unnamed", EMPTY, undefined],
  ])("of %s, by its first bytes: case %#", (name, head, type) => {
    expect(mediaTypeOf(name, head)).toBe(type);
  });
});
