// Decides whether a record may take match keys that belong to another person's record.
import { mayBeThere, settlingStates, type Delivery } from '../../../domain/delivery.ts';
import type { SubjectRef } from '../../../domain/ids.ts';
import type { Shadow } from '../../../domain/shadow.ts';

/** Another Subject that has, or will get, match keys that the record of this Subject needs. */
export interface ClaimSeen {
  readonly subject: SubjectRef;
  /** True if the other Subject's Shadow has the key; false if only its open create or update would give it one. */
  readonly holds: boolean;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
  /** True if the other Subject should no longer be active at the Target, so that its record can be taken over. */
  readonly leaver: boolean;
}

/** How other people's claims affect a create. */
export type ClaimCheck =
  | { readonly is: 'free' }
  /** A Leaver has the record: this Subject takes it over, and the leaver clock stops. */
  | { readonly is: 'takeOver'; readonly from: SubjectRef; readonly shadow: Shadow }
  /** The other Subject's Delivery must be settled first, because it is unknown whether its record still exists. */
  | { readonly is: 'wait'; readonly for: readonly SubjectRef[] }
  /** The record belongs to a person who stays, so an operator must decide. */
  | { readonly is: 'blocked'; readonly by: readonly SubjectRef[] };

/**
 * Judges which other Subjects claim the match fields of a new Record. Pure. The claim of a person who stays takes precedence over that of a
 * Leaver.
 */
export function checkClaims(claims: readonly ClaimSeen[]): ClaimCheck {
  const staying = claims.filter((claim) => !claim.leaver);
  if (staying.length > 0) return { is: 'blocked', by: staying.map((claim) => claim.subject) };
  const settling = claims.filter(({ open }) => open !== undefined && (settlingStates.includes(open.state) || mayBeThere(open)));
  if (settling.length > 0) return { is: 'wait', for: settling.map((claim) => claim.subject) };
  for (const claim of claims) {
    if (claim.holds && claim.shadow !== undefined) return { is: 'takeOver', from: claim.subject, shadow: claim.shadow };
  }
  return { is: 'free' };
}
