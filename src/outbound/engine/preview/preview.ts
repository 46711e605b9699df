// Computes the Plan of a Target without storing it.
import type { Cause } from '../../../domain/delivery.ts';
import { describeGuarded } from '../../../domain/guard-counts.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { checkClocks, forgetWindow, spanWindows } from '../guard/check-clocks.ts';
import { compileTarget } from '../definition/compile-target.ts';
import type { EngineDeps } from '../deps.ts';
import { checkGuard, describePassed } from '../guard/guard.ts';
import { readContacts } from '../planning/plan-frame.ts';
import { PlanCounter, type PlanCounts, type PreviewLimits } from './plan-counter.ts';
import { planPage } from '../planning/plan-page.ts';
import { nextTurn } from '../next-turn.ts';
import { allSubjects } from '../planning/select-subjects.ts';
import { ResendCounter, resendKind, type Resend, type ResendPreview } from '../planning/resend.ts';

/** Limits of a preview that contains only counts. */
const countOnly: PreviewLimits = { lines: 0, records: 0 };

/** The input of a preview. */
export interface PreviewRequest {
  readonly target: Target;
  /** The definition that is assumed to be applied. */
  readonly definition: TargetDefinition;
  readonly cause: Cause;
  /** Limits of the lists. If not set, nothing is listed, only counted. */
  readonly limits?: PreviewLimits;
  /** Plans as if the Target had no Shadows, as far as its kind of Connection allows. Also set while a resend is pending. */
  readonly again?: Resend | undefined;
}

/** The effects at a Target if this definition were applied now. */
export interface Preview extends PlanCounts {
  /** Why the Guard would hold the Plan, and which Actions bypass the Guard when an operator applies this plan. */
  readonly guard?: { readonly why: string; readonly passed: readonly string[] };
  /** The effects of sending everyone, or the file, again. */
  readonly again?: ResendPreview;
  /** Why the Guard will hold steps of these clocks when they become due; missing if they are within its limits. */
  readonly clockHold?: string;
}

/** Plans everyone for a definition. Does not send or store anything, and calls only pure methods of the Connection. */
export async function previewTarget(
  deps: EngineDeps,
  { target, definition, cause, limits = countOnly, again }: PreviewRequest,
): Promise<Preview> {
  const connection = deps.connect(definition, 'read');
  try {
    const compiledTarget = await compileTarget(deps, definition, connection);
    const resend = resendKind(target, connection, again);
    const forgets = resend === 'people';
    const now = deps.clock.now();
    const tally = new PlanCounter({
      reads: compiledTarget.compiled.mappingReads,
      limits,
      applied: target.definition,
      withinMs: definition.guard.removals.withinMs,
      now,
    });
    const sentAgain = new ResendCounter(connection, definition);
    const frame = {
      definition,
      compiledTarget,
      at: now,
      now,
      contacts: await readContacts(deps),
      takenOver: new Set<string>(),
      exchanged: new Set<string>(),
      forgets,
    };
    const pages = allSubjects(deps, target.name, cause);
    for await (const page of pages) {
      for (const planned of await planPage(deps, frame, page)) {
        tally.add(planned, (view) => compiledTarget.scope(view));
        sentAgain.add(planned);
      }
      await nextTurn();
    }
    return {
      ...tally.toCounts(),
      ...(resend !== undefined && { again: { what: resend, ...sentAgain.counts } }),
      ...(!forgets && (await guardOf(deps, definition, tally, now))),
    };
  } finally {
    await connection.close();
  }
}

/** True if applying the preview makes the Target live, at once or after the first cycle. */
export function goesLive({ appliedAt, state }: Target, { again }: Pick<Preview, 'again'>): boolean {
  return appliedAt === undefined || state === 'draft' || again?.what === 'people';
}

/** The Guard's decision about the Actions now, and about the leaver clocks when they become due. `now` is the time of the plan. */
async function guardOf(
  deps: EngineDeps,
  definition: TargetDefinition,
  tally: PlanCounter,
  now: Date,
): Promise<Pick<Preview, 'guard' | 'clockHold'>> {
  const { removals, changes } = definition.guard;
  const readCounts = (removalsSince: Date) =>
    deps.store.outbox.guardCounts(definition.target, removalsSince, new Date(now.getTime() - changes.withinMs));
  const counts = await readCounts(new Date(now.getTime() - removals.withinMs));
  const verdict = checkGuard(definition.guard, counts, tally.guarded, tally.withdrawn);
  const why = (['removals', 'changes'] as const)
    .flatMap((what) => {
      const hold = verdict[what];
      return hold === undefined ? [] : [describeGuarded(what, hold.total, hold.limit)];
    })
    .join('; ');
  const windows = spanWindows(removals.withinMs, tally.clocks.due).map(async (window) => {
    const then = window.from >= now ? forgetWindow(counts) : await readCounts(window.from);
    return { ...window, counts: tally.countAfter(then) };
  });
  const clockHold = checkClocks(definition.guard, await Promise.all(windows));
  return {
    ...(why !== '' && { guard: { why, passed: describePassed(verdict, counts, tally.guarded) } }),
    ...(clockHold !== undefined && { clockHold }),
  };
}
