// Plans one Subject at one Target: compares desired and known state.
import type { Contact } from '../../../domain/source.ts';
import {
  excludes,
  mayBeThere,
  rejectsRemoval,
  settlingStates,
  type Cause,
  type Decision,
  type Delivery,
  type Planned,
} from '../../../domain/delivery.ts';
import type { SubjectRef } from '../../../domain/ids.ts';
import { stepDue, toLeaverClock, updateLeavingState, type LeaverClock } from '../../../domain/leaver-clock.ts';
import type { Leaving, Shadow } from '../../../domain/shadow.ts';
import type { Action } from '../../../domain/target.ts';
import { hashRows } from '../../../mapping/canonical-json.ts';
import type { DoubtChange } from '../../../store/engine-store.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import { checkClaims, type ClaimSeen } from './match-key-claims.ts';

/** The inputs of the plan for one Subject at one Target. */
export interface SubjectInput {
  readonly subject: SubjectRef;
  readonly desired: DesiredState;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
  readonly decision?: Decision;
  readonly now: Date;
  /** The latest uninterrupted period of contact with the Subject's Source; missing if there was none. */
  readonly heard?: Contact;
  /** Leaver clocks with a delay are suspended after this time without contact, in milliseconds. */
  readonly silentMs: number;
  /** Other Subjects with match keys that this Subject's record will get and does not have yet. */
  readonly claims: readonly ClaimSeen[];
  /** The Subjects that give up these match keys in the same Plan, in exchange for others. Missing if there is no exchange. */
  readonly exchangesWith?: readonly SubjectRef[];
  /** The Subjects that still block the open Delivery, because nothing about them has changed. Empty if there are none. */
  readonly blockers: readonly SubjectRef[];
  /** Actions that the Connector supports. */
  readonly can: ReadonlySet<Action>;
  /**
   * True if the Connector can find out whether a create in doubt succeeded: by a look-up, or because a repeated create results in one
   * record.
   */
  readonly settlesDoubts: boolean;
  readonly cause: Cause;
}

/** The plan for one Subject. Nothing is sent if `want` is missing. */
export interface SubjectPlan {
  readonly want?: Planned;
  /** The Leaver whose Shadow this Subject takes over. */
  readonly takeOver?: SubjectRef;
  /** Open Deliveries that the plan replaces or cancels. */
  readonly supersedes: readonly Delivery[];
  /** Subjects whose Deliveries must be settled first. Nothing is wanted until then. */
  readonly waitFor?: readonly SubjectRef[];
  /** Subjects whose records have the same match fields. The create or update is parked because of them. */
  readonly blockedBy?: readonly SubjectRef[];
  /** Subjects that do not block the update, because their updates are in the same Plan. */
  readonly exchangesWith?: readonly SubjectRef[];
  /** The change of an open create that the Target may have carried out already. */
  readonly doubt?: DoubtChange;
  readonly wakeAt?: Date;
  /** New leaving state of the Shadow; `null` clears it; missing leaves it unchanged. */
  readonly leaving?: Leaving | null;
  /**
   * The leaver clock that runs from now on. `null` if a Leaver has no further step; missing if a removal is due, or if no Leaver was
   * judged.
   */
  readonly clock?: LeaverClock | null;
  /** Why nothing is sent, or not the desired state, as a clause without a full stop. */
  readonly why?: string;
}

/** Why a create or update is parked if another person has, or will get, the same match fields. */
const sameRecord = 'another person matches the same record';

/** Compares the desired with the known state of one Subject. Pure. An open Delivery that is in progress or unclear is never superseded. */
export function planSubject(input: SubjectInput): SubjectPlan {
  const { open, decision, now } = input;
  const doubtful = open !== undefined && !open.blocked && mayBeThere(open) ? planDoubtful(input, open) : undefined;
  if (doubtful !== undefined) return doubtful;
  if (open !== undefined && settlingStates.includes(open.state)) return { supersedes: [] };
  if (excludes(decision, now)) {
    return { ...dissolve(input), ...(decision.until && { wakeAt: decision.until }), why: `${decision.is} by ${decision.by}` };
  }
  switch (input.desired.is) {
    case 'record':
      return input.shadow === undefined
        ? planNewRecord(input, input.desired.rows)
        : planKnownRecord(input, input.shadow, input.desired.rows);
    case 'leaving':
      return input.shadow === undefined ? dissolve(input) : planLeaver(input, input.shadow, input.desired);
    case 'heldBack':
      // A person in Scope is not a Leaver even without a valid row: the clock stops, and the record stays.
      return { ...dissolve(input), ...stopClock(input.shadow), ...keepRecord(input), why: input.desired.why };
    case 'absent':
      return dissolve(input);
  }
}

/** A person who was deleted and created again takes over the old record, even if the new row is invalid. */
function keepRecord(input: SubjectInput): Pick<SubjectPlan, 'takeOver' | 'waitFor' | 'leaving'> {
  if (input.shadow !== undefined) return {};
  const claims = checkClaims(input.claims);
  switch (claims.is) {
    case 'takeOver':
      return { takeOver: claims.from, leaving: null };
    case 'wait':
      return { waitFor: claims.for };
    case 'free':
    case 'blocked':
      return {};
  }
}

/**
 * Plans for an open create that the Target may have carried out. It is not superseded, because its record must be found first. `undefined`
 * if the Subject must be planned as usual, because there is no look-up and a different Record is wanted.
 */
function planDoubtful(input: SubjectInput, open: Delivery): SubjectPlan | undefined {
  const { open: _open, ...rest } = input;
  const { want } = planSubject(rest);
  const delivery = open.id;
  if (want?.action === 'create' && want.hash === open.hash) {
    return { supersedes: [], ...(open.obsolete && { doubt: { delivery, is: 'wanted' } }) };
  }
  if (open.obsolete) return { supersedes: [], why: doubtRemains };
  if (open.state !== 'parked') return { supersedes: [], doubt: { delivery, is: 'obsolete' }, why: doubtRemains };
  if (input.settlesDoubts) return { supersedes: [], doubt: { delivery, is: 'look' }, why: doubtRemains };
  return want === undefined ? { supersedes: [], doubt: { delivery, is: 'obsolete' }, why: doubtRemains } : undefined;
}

const doubtRemains = 'it is still unknown whether an earlier create was carried out';

type Rows = Planned['rows'];

function planNewRecord(input: SubjectInput, rows: Rows): SubjectPlan {
  const claims = checkClaims(input.claims);
  const create: Planned = { subject: input.subject, action: 'create', rows, hash: hashRows(rows), cause: input.cause };
  switch (claims.is) {
    case 'free':
      // The Target rejected the same create because of another person's record. A look-up would find the same until that person's record
      // changes.
      if (isStillBlocked(input, rows)) return { supersedes: [], blockedBy: input.blockers };
      return settleOn(input, create);
    case 'wait':
      return { ...dissolve(input), waitFor: claims.for, why: 'an earlier delivery for the same record must finish first' };
    case 'blocked':
      return park(input, create, claims.by);
    case 'takeOver': {
      const others = input.claims.filter((claim) => claim.subject !== claims.from);
      const plan = planKnownRecord({ ...input, cause: 'adopted', claims: others }, claims.shadow, rows);
      return { ...plan, takeOver: claims.from, leaving: null };
    }
  }
}

function planKnownRecord(input: SubjectInput, shadow: Shadow, rows: Rows): SubjectPlan {
  const hash = hashRows(rows);
  const clock = stopClock(input.shadow);
  // An update also activates a record. It is therefore sent to a deactivated record even if the content is equal, and to a record that may
  // have been changed since.
  if (shadow.active && shadow.doubtful !== true && hashRows(shadow.sent) === hash) return { ...dissolve(input), ...clock };
  if (input.decision?.is === 'changeRejected' && input.decision.hash === hash) {
    return { ...dissolve(input), ...clock, why: `this change was rejected by ${input.decision.by}` };
  }
  const want: Planned = { subject: input.subject, action: 'update', rows, hash, cause: input.cause, ...keyOf(shadow) };
  if (isStillBlocked(input, rows)) return { supersedes: [], ...clock, blockedBy: input.blockers };
  if (input.exchangesWith !== undefined) return { ...settleOn(input, want), ...clock, exchangesWith: input.exchangesWith };
  if (input.claims.length > 0)
    return {
      ...park(
        input,
        want,
        input.claims.map((claim) => claim.subject),
      ),
      ...clock,
    };
  return { ...settleOn(input, want), ...clock };
}

/**
 * Parks a create or update because other people have its match keys. If it is already parked for this reason, only its blockers are
 * updated.
 */
function park(input: SubjectInput, want: Planned, by: readonly SubjectRef[]): SubjectPlan {
  if (input.open?.blocked === true && input.open.hash === want.hash) return { supersedes: [], blockedBy: by };
  return { ...settleOn(input, want), blockedBy: by, why: sameRecord };
}

function planLeaver(input: SubjectInput, shadow: Shadow, desired: Extract<DesiredState, { is: 'leaving' }>): SubjectPlan {
  const leaving = updateLeavingState(shadow, desired);
  const moved = leaving === shadow.leaving ? {} : { leaving };
  const due = stepDue(shadow, leaving, desired.steps, input);
  switch (due.is) {
    case 'nothing':
      return { ...dissolve(input), ...moved, clock: null, why: 'no further step: the record stays' };
    case 'later':
      return {
        ...dissolve(input),
        ...moved,
        ...(!rejectsRemoval(input.decision, leaving) && { clock: toLeaverClock(leaving, due) }),
        wakeAt: due.at,
        why: due.why,
      };
    case 'now': {
      if (rejectsRemoval(input.decision, leaving))
        return { ...dissolve(input), ...moved, why: `this removal was rejected by ${input.decision?.by ?? ''}` };
      const want: Planned = {
        subject: input.subject,
        action: due.step.do,
        rows: shadow.sent,
        hash: hashRows(shadow.sent),
        cause: input.cause,
        removal: {
          reason: leaving.reason,
          since: leaving.since,
          step: due.index,
          ...(leaving.condition !== undefined && { condition: leaving.condition }),
        },
        ...keyOf(shadow),
      };
      return { ...settleOn(input, want), ...moved };
    }
  }
}

/**
 * True if the Target rejected an open Delivery with the same rows because of other people's records, and these have not changed since. It
 * would be rejected again. A Delivery that was parked by a Plan depends only on the claims.
 */
function isStillBlocked({ open, blockers }: SubjectInput, rows: Rows): boolean {
  return open?.blocked === true && open.answeredAt !== undefined && open.hash === hashRows(rows) && blockers.length > 0;
}

/** Plans this Action, unless the same Action is already open or the Connector does not support it. */
function settleOn(input: SubjectInput, want: Planned): SubjectPlan {
  const { open } = input;
  if (!input.can.has(want.action)) return { ...dissolve(input), why: `the connector does not support ${want.action}` };
  if (open !== undefined && isSame(open, want)) return { supersedes: [] };
  return { want, supersedes: open === undefined ? [] : [open] };
}

/** A blocked Delivery never counts as the same, because the match keys may be free now, so it is planned again. */
function isSame(open: Delivery, want: Planned): boolean {
  return (
    !open.blocked &&
    open.action === want.action &&
    open.hash === want.hash &&
    open.key === want.key &&
    open.removal?.reason === want.removal?.reason &&
    open.removal?.condition === want.removal?.condition &&
    open.removal?.since.getTime() === want.removal?.since.getTime()
  );
}

function dissolve(input: SubjectInput): SubjectPlan {
  return { supersedes: input.open === undefined ? [] : [input.open] };
}

function stopClock(shadow: Shadow | undefined): Pick<SubjectPlan, 'leaving'> {
  return shadow?.leaving === undefined ? {} : { leaving: null };
}

function keyOf(shadow: Shadow): Pick<Planned, 'key'> {
  return shadow.key === undefined ? {} : { key: shadow.key };
}
