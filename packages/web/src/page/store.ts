import { INITIAL_STATE, nextState, type PageEvent, type PageState } from "./state/page-state.ts";

/** The page's only mutable state. */
export interface Store {
  readonly state: PageState;
  readonly dispatch: (event: PageEvent) => void;
}

/** @param show called once for all events of a turn, also in a hidden tab (which has no animation frames) */
export function createStore(show: (state: PageState) => void): Store {
  let state = INITIAL_STATE;
  let scheduled = false;
  return {
    get state() {
      return state;
    },
    dispatch: (event) => {
      state = nextState(state, event);
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(() => {
        scheduled = false;
        show(state);
      });
    },
  };
}
