// The real clock, with Node's timers.
import type { Clock } from './domain/clock.ts';

/** Max delay of Node's timers, in milliseconds: 24.8 days. */
const maxTimerMs = 2_147_483_647;

/** The system clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  wakeAt(at, wake) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const wait = Math.max(0, at.getTime() - Date.now());
      timer = wait > maxTimerMs ? setTimeout(arm, maxTimerMs) : setTimeout(wake, wait);
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
