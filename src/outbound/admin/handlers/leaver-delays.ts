// Reports leaver delays: those that a preview would start, change or cancel, and those that are running.
import type { ClockGroupReport, ClocksReport } from '../../../admin/reports/plan-report.ts';
import type { SubjectId } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { ClockChangeCounter, findRunningClock, type ClockGroup } from '../../engine/guard/clock-changes.ts';
import type { Preview } from '../../engine/preview/preview.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { labelPerson } from './person-label.ts';

/** The leaver delays that a preview would start, change or cancel. The first people of each group are named. */
export function toClocksReport(
  { clocks: { begins, changes, ends }, clockHold }: Pick<Preview, 'clocks' | 'clockHold'>,
  { match }: Pick<TargetDefinition, 'match'>,
): ClocksReport {
  return {
    begins: toGroups(begins, match),
    changes: toGroups(changes, match),
    ends: toGroups(ends, match),
    ...(clockHold !== undefined && { hold: clockHold }),
  };
}

/** Number of people read at once. */
const pageSize = 500;

/**
 * The leaver delays that are running at a Target, grouped by reason, condition and step; the earliest due group comes first. People with an
 * open removal are not counted, because their delay has passed. Empty before the first apply. Reads all people with a running delay, page
 * by page.
 */
export async function readRunningClocks(
  { engineDeps: { store, staging, attributes } }: HandlerDeps,
  { name, definition }: Target,
): Promise<readonly ClockGroupReport[]> {
  if (definition === undefined) return [];
  const counter = new ClockChangeCounter(definition.guard.removals.withinMs);
  for (let after: SubjectId | undefined; ;) {
    const page = await store.shadows.leaving(name, after, pageSize);
    const [shadows, open, views] = await Promise.all([
      store.shadows.get(name, page),
      store.outbox.open(name, page),
      staging.people.views(
        page.map(({ id }) => id),
        attributes,
      ),
    ]);
    const removed = new Set(open.filter(({ removal }) => removal !== undefined).map(({ subject }) => subject.id));
    for (const shadow of shadows) {
      const { subject, sent: rows } = shadow;
      const clock = removed.has(subject.id) ? undefined : findRunningClock({ shadow }, definition);
      const view = views.get(subject.id);
      if (clock !== undefined) counter.add({ is: 'begins', clock }, { subject, rows, ...(view !== undefined && { view }) });
    }
    after = page.at(-1)?.id;
    if (page.length < pageSize || after === undefined) return toGroups(counter.toChanges().begins, definition.match);
  }
}

function toGroups(groups: readonly ClockGroup[], match: TargetDefinition['match']): readonly ClockGroupReport[] {
  return groups.map((group) => ({ ...group, first: group.first.map((one) => labelPerson(one.view, one, match)) }));
}
