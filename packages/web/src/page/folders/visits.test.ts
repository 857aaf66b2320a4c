import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { columnsOf } from "../../../test/columns.ts";
import type { Answer, FolderQuestion } from "../../shared/messages/folder-messages.ts";
import type { PageEvent } from "../state/page-state.ts";
import { createStore, type Store } from "../store.ts";
import { Visits } from "./visits.ts";

beforeEach(() => {
  vi.stubGlobal("document", { createElement: () => ({ canPlayType: () => "maybe" }) });
  vi.stubGlobal("navigator", { pdfViewerEnabled: true });
});
afterEach(() => vi.unstubAllGlobals());

const CONTENT: Readonly<Record<string, readonly string[]>> = {
  "": ["Season 1/", "film.mp4", "photo.jpg", "readme.md", "empty.mp4"],
  "Season%201": ["1.mp4", "2.mp4"],
};
const NOT_FOUND: Answer = { kind: "failed", reason: "not-found" };

function answerOf({ kind, path }: FolderQuestion): Answer {
  const names = CONTENT[path];
  if (kind === "list") return names ? { kind, list: columnsOf(...names) } : NOT_FOUND;
  const size = path.startsWith("empty") ? 0 : 5;
  return { kind, facts: { name: decodeURIComponent(path.split("/").at(-1) ?? ""), size, etag: '"1"' } };
}

function browse(ask: (question: FolderQuestion, signal: AbortSignal) => Promise<Answer> = async (question) => answerOf(question)) {
  const events: PageEvent[] = [];
  const page = createStore(() => undefined);
  const store: Store = {
    get state() {
      return page.state;
    },
    dispatch: (event) => {
      events.push(event);
      page.dispatch(event);
    },
  };
  const asked: FolderQuestion[] = [];
  const visits = new Visits({
    ask: (question, signal) => {
      asked.push(question);
      return ask(question, signal);
    },
    store,
    onChange: () => undefined,
  });
  visits.setRoot({ name: "Share", zip: true, version: "1" });
  return { visits, asked, events, store };
}

test("the root is listed, and shown with its zip", async () => {
  const { visits, store } = browse();
  await visits.visit("");
  expect(visits.state).toMatchObject({ phase: "folder", path: "" });
  expect(store.state.folder).toEqual({
    name: "Share",
    facts: "1 folder, 4 files",
    version: "1",
    download: { path: "//zip", label: "Download as zip" },
  });
});

test("the download button follows the selection", async () => {
  const { visits, store } = browse();
  await visits.visit("");
  visits.apply({ type: "toggle", index: 0 });
  visits.apply({ type: "extend", index: 1 });
  expect(store.state.folder?.download).toEqual({ path: "//zip/Season%25201%2Cempty.mp4", label: "Download 2 as zip" });
  visits.apply({ type: "select-none" });
  expect(store.state.folder?.download?.path).toBe("//zip");
});

test("a link to a file lists the folder that holds it, and waits with playing", async () => {
  const { visits, asked, store } = browse();
  await visits.visit("Season%201/2.mp4");
  expect(asked.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["list Season%201/2.mp4", "list Season%201", "file Season%201/2.mp4"]);
  expect(visits.state).toMatchObject({ phase: "file", current: 1 });
  expect(store.state).toMatchObject({
    file: { name: "2.mp4", place: { path: "Season%201/2.mp4", etag: '"1"' } },
    media: { phase: "closed" },
  });
});

test("a film that the viewer chose plays at once, and the list isn't asked for again", async () => {
  const { visits, asked, store } = browse();
  await visits.visit("");
  await visits.visit("film.mp4", { play: true });
  expect(asked).toHaveLength(2);
  expect(store.state.media.phase).toBe("open");
  await visits.visit("empty.mp4", { play: true });
  expect(store.state.media.phase).toBe("closed");
});

test("a text is never given to the stage", async () => {
  const { visits, store } = browse();
  await visits.visit("readme.md", { play: true });
  expect(store.state).toMatchObject({ file: { kind: "other", playable: "no", place: { text: true } }, media: { phase: "closed" } });
});

test("what isn't there is said, and back in a folder it is forgotten", async () => {
  const { visits, store } = browse();
  await visits.visit("nothing/here");
  expect(visits.state).toMatchObject({ phase: "failed", failure: "not-found" });
  expect(store.state.folder).toMatchObject({ name: "here", facts: "" });
  await visits.visit(undefined);
  expect(visits.state.phase).toBe("failed");
  await visits.visit("Season%201");
  expect(visits.state).toMatchObject({ phase: "folder" });
  expect(visits.state.failure).toBeUndefined();
});

test("a place that the viewer leaves before its answer has come is not shown", async () => {
  let answerFirst: (answer: Answer) => void = () => undefined;
  const signals: AbortSignal[] = [];
  const { visits } = browse((question, signal) => {
    signals.push(signal);
    return question.path === "Season%201" ? new Promise((resolve) => (answerFirst = resolve)) : Promise.resolve(answerOf(question));
  });
  const first = visits.visit("Season%201");
  await visits.visit("");
  expect(signals[0]?.aborted).toBe(true);
  answerFirst({ kind: "list", list: columnsOf("1.mp4") });
  await first;
  expect(visits.state).toMatchObject({ path: "", phase: "folder" });
});

test("a file whose bytes stop is opened again, once for each failure, and shown as changed if it did", async () => {
  let etag = '"1"';
  const { visits, asked, store } = browse(async (question) => {
    const answer = answerOf(question);
    return answer.kind === "file" ? { ...answer, facts: { ...answer.facts, etag } } : answer;
  });
  await visits.visit("film.mp4", { play: true });
  store.dispatch({ type: "connected" });
  store.dispatch({ type: "media-failed", way: "as-is", reason: "network" });
  etag = '"2"';
  const before = asked.length;
  visits.recheck(store.state);
  visits.recheck(store.state);
  await vi.waitFor(() => expect(store.state.fileChanged).toBe(true));
  expect(asked).toHaveLength(before + 1);
  expect(store.state).toMatchObject({ file: { place: { etag: '"2"' } }, media: { phase: "closed" } });
});
