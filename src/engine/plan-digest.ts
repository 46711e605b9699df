import { createHash } from 'node:crypto';
import type { Planned } from '../domain/delivery.ts';

/** Adds up a Plan to a short text that is equal for equal Plans: what a person saw is what is applied. */
export interface PlanDigest {
  add(want: Planned): void;
  /** The digest: 16 hexadecimal digits. Nothing can be added afterwards. */
  end(): string;
}

/** Begins a digest. Causes and times do not count; order does. */
export function digestPlan(): PlanDigest {
  const hash = createHash('sha256');
  return {
    add: (want) =>
      void hash.update(
        `${want.subject.kind}\u001f${want.subject.id}\u001f${want.action}\u001f${want.hash}\u001f${want.removal?.reason ?? ''}\u001e`,
      ),
    end: () => hash.digest('hex').slice(0, 16),
  };
}
