// Unit test files share their modules (vitest.config.ts). A test that fails before it restores the timers must not fail all that follow it.
import { afterEach, vi } from "vitest";

afterEach(() => void vi.useRealTimers());
