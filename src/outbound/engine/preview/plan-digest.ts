// Computes a hash of a Plan, so that `apply` carries out only the Plan that was shown.
import { createHash } from 'node:crypto';
import type { Planned } from '../../../domain/delivery.ts';
import type { SubjectRef } from '../../../domain/ids.ts';
import type { ClockChange } from '../guard/clock-changes.ts';

/** Computes a digest of a Plan that is equal for equal Plans, so that `apply` carries out exactly the plan that the operator saw. */
export interface PlanDigest {
  add(want: Planned): void;
  addClock(subject: SubjectRef, change: ClockChange): void;
  /** Returns the digest: 16 hexadecimal digits. Nothing can be added afterwards. */
  end(): string;
}

/** Starts a digest. It depends on the Actions, their order and the delays of leaver steps, but not on causes and times. */
export function digestPlan(): PlanDigest {
  const hash = createHash('sha256');
  return {
    add: (want) =>
      void hash.update(
        `${want.subject.kind}\u001f${want.subject.id}\u001f${want.action}\u001f${want.hash}\u001f${want.removal?.reason ?? ''}\u001e`,
      ),
    addClock: (subject, { is, clock: { reason, condition, step } }) =>
      void hash.update(
        `${is}\u001f${subject.kind}\u001f${subject.id}\u001f${reason}\u001f${condition ?? ''}\u001f${step.do}\u001f${step.afterMs}\u001e`,
      ),
    end: () => hash.digest('hex').slice(0, 16),
  };
}
