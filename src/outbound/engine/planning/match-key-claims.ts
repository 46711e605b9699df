// Decides whether a record may take match keys that another person has.
import { mayBeThere, settlingStates, type Delivery } from '../../../domain/delivery.ts';
import type { SubjectRef } from '../../../domain/ids.ts';
import type { Shadow } from '../../../domain/shadow.ts';

/** Another Subject that has, or is to get, match keys that this one's record is to get. */
export interface ClaimSeen {
  readonly subject: SubjectRef;
  /** Its Shadow has the key; otherwise only its open create or update would give it one. */
  readonly holds: boolean;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
  /** That Subject should no longer be active at the Target: its record may be taken over. */
  readonly leaver: boolean;
}

/** The effect of other people's claims on a create. */
export type ClaimCheck =
  | { readonly is: 'free' }
  /** A Leaver's record: it is ours now, and its clock stops. */
  | { readonly is: 'takeOver'; readonly from: SubjectRef; readonly shadow: Shadow }
  /** Settled first: whether the record is still there is not known yet. */
  | { readonly is: 'wait'; readonly for: readonly SubjectRef[] }
  /** A person who stays has it: a technician decides. */
  | { readonly is: 'blocked'; readonly by: readonly SubjectRef[] };

/** Judges who else claims the match fields of a new Record. Pure. The claim of a person who stays outweighs that of a Leaver. */
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
