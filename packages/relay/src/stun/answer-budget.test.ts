import { expect, test } from "vitest";
import { AnswerBudget } from "./answer-budget.ts";

const taken = (budget: AnswerBudget, client: string, attempts: number): number =>
  Array.from({ length: attempts }, () => budget.take(client)).filter(Boolean).length;

test("a client gets 100 answers at once, and 20 a second", () => {
  let now = 0;
  const budget = new AnswerBudget(() => now);
  expect(taken(budget, "a", 200)).toBe(100);
  expect(taken(budget, "b", 200)).toBe(100);
  now = 1000;
  expect(taken(budget, "a", 200)).toBe(20);
});

test("all clients together get 2,000 answers a second, however many addresses they have", () => {
  let now = 0;
  const budget = new AnswerBudget(() => now);
  const flood = (): number => Array.from({ length: 5000 }, (_, index) => budget.take(`${now}-${index}`)).filter(Boolean).length;
  expect(flood()).toBe(2000);
  now = 1000;
  expect(flood()).toBe(2000);
});

test("at most 10,000 clients are remembered, those that asked last", () => {
  const budget = new AnswerBudget(() => 0);
  taken(budget, "old", 200);
  for (let index = 0; index < 12_000; index += 1) budget.take(`client-${index}`);
  expect(budget.clients).toBe(10_000);
});
