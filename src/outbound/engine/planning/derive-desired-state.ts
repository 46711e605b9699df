// Derives the desired state of one Subject from Scope, Mapping and leaver steps.
import type { PersonView } from '../../../domain/person-view.ts';
import type { DesiredState, FieldNote } from '../../../domain/desired-state.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import { leaverReasons, type LeaverReason, type Leavers, type LeaverStep, type ScopeRule } from '../../../domain/target.ts';

/** The parts of a compiled definition that determine the desired state. */
export interface CompiledRules {
  /** Evaluates the Scope for one view; `firstFailing` is the name of the first condition that is false. */
  scope(view: PersonView): { readonly holds: boolean; readonly firstFailing?: string };
  map(
    view: PersonView,
  ):
    | { readonly is: 'rows'; readonly rows: readonly OutboundRecord[]; readonly notes?: readonly FieldNote[] }
    | { readonly is: 'heldBack'; readonly why: string; readonly partial: OutboundRecord };
  readonly leavers: Leavers;
  readonly rules: readonly ScopeRule[];
  /** True if the Connector can find out whether a create in doubt succeeded. */
  readonly settlesDoubts: boolean;
  /** Why the Target would reject a row; `undefined` if it would not. Only for Drivers that write full files. */
  refuse?(row: OutboundRecord): string | undefined;
}

/**
 * The desired state of a Person at a Target. `view` is missing if the Person was deleted. `at` is the time from which the person counts as
 * leaving.
 */
export function desiredStateFor(view: PersonView | undefined, compiledTarget: CompiledRules, at: Date): DesiredState {
  const leaving = leavingOf(view, compiledTarget, at);
  if (leaving !== undefined) return leaving;
  if (view === undefined) return { is: 'absent' };
  const mapped = compiledTarget.map(view);
  if (mapped.is === 'heldBack') return { is: 'heldBack', why: mapped.why, partial: mapped.partial };
  const refused = mapped.rows.map((row) => compiledTarget.refuse?.(row)).find((reason) => reason !== undefined);
  if (refused === undefined) return toRecord(mapped);
  return { is: 'heldBack', why: refused, ...(mapped.rows[0] !== undefined && { partial: mapped.rows[0] }) };
}

function toRecord({ rows, notes = [] }: Extract<ReturnType<CompiledRules['map']>, { is: 'rows' }>): DesiredState {
  return { is: 'record', rows, ...(notes.length > 0 && { notes }) };
}

/** Uses the first leaver reason that applies and has steps. If none has steps, uses the first one that applies, and the record stays. */
function leavingOf(
  view: PersonView | undefined,
  compiledTarget: CompiledRules,
  since: Date,
): Extract<DesiredState, { is: 'leaving' }> | undefined {
  const failing = view === undefined ? undefined : compiledTarget.scope(view);
  const holding = leaverReasons.filter((reason) => {
    switch (reason) {
      case 'gone':
        return view === undefined;
      case 'inactive':
        return view?.active === false;
      case 'outOfScope':
        return failing?.holds === false;
    }
  });
  const stepsOf = (reason: LeaverReason) => findLeaverSteps(compiledTarget, reason, failing?.firstFailing);
  const reason = holding.find((candidate) => stepsOf(candidate).length > 0) ?? holding[0];
  if (reason === undefined) return undefined;
  const condition = reason === 'outOfScope' && failing?.firstFailing !== undefined ? { condition: failing.firstFailing } : {};
  return { is: 'leaving', reason, ...condition, since, steps: stepsOf(reason) };
}

/** The leaver steps for a reason; for *outOfScope* those of the first failing condition, if it has its own. Empty: the record stays. */
export function findLeaverSteps(
  { leavers, rules }: Pick<CompiledRules, 'leavers' | 'rules'>,
  reason: LeaverReason,
  condition: string | undefined,
): readonly LeaverStep[] {
  const own = reason === 'outOfScope' ? rules.find((rule) => rule.name === condition)?.leavers : undefined;
  return own ?? leavers[reason] ?? [];
}
