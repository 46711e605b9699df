// Generates time-ordered UUIDs (version 7).
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import type { ResourceId } from '../../domain/ids.ts';

/**
 * Generates ids that sort in the order of their creation: UUIDs of version 7 (RFC 9562 §5.7), whose first 48 bits are the time and whose
 * next 12 bits count within a millisecond. Indexes on them grow only at their end, which saves one page write per index and row.
 */
export function resourceIds(clock: Clock): () => ResourceId {
  let lastMs = 0;
  let count = 0;
  return () => {
    const now = Math.max(clock.now().getTime(), lastMs);
    count = now === lastMs ? count + 1 : 0;
    lastMs = now;
    if (count > 0xfff) {
      lastMs += 1;
      count = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}${randomUUID().slice(18)}`;
  };
}
