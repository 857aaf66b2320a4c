import type { Figures, Report } from "../report/report.ts";
import { OURS } from "./rig.ts";

/** The figures of each contestant, as in a report. */
export function standing(figures: ReadonlyMap<string, Figures>): Pick<Report, "ours" | "peers"> {
  const { [OURS]: ours = {}, ...peers } = Object.fromEntries(figures);
  return { ours, peers };
}

/** Adds `drops` if no run was clean. */
export function withDrops(figures: Figures, drops: number): Figures {
  return drops === 0 ? figures : { ...figures, drops };
}
