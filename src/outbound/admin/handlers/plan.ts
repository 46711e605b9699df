// Handles the command `plan TARGET`: a preview of the Target's file.
import { toDestination } from '../../../config/destination.ts';
import type { PersonLabel } from '../../../admin/reports/person-label.ts';
import type { PlanLine, PlanOptions, PlanReport } from '../../../admin/reports/plan-report.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import { showCount } from '../../../domain/wording.ts';
import { keepPinned } from '../../engine/definition/compile-target.ts';
import { checkFirstCycle, readSources } from '../../engine/go-live/first-cycle.ts';
import { findNeededAgreement } from '../../engine/go-live/needed-agreement.ts';
import { describeMissingGroup, findMissingGroups } from '../../engine/definition/missing-groups.ts';
import type { PreviewLine } from '../../engine/preview/plan-counter.ts';
import { goesLive, previewTarget, type Preview } from '../../engine/preview/preview.ts';
import { planResend, type Resend, type ResendPreview } from '../../engine/planning/resend.ts';
import { notRunning } from '../../story/describe-obstacle.ts';
import { findRefusal } from './apply-refusal.ts';
import { compareFileDefinition, requireFileDefinition, requireTarget } from './look-up-targets.ts';
import { labelPerson, toLabel } from './person-label.ts';
import { toClocksReport } from './leaver-delays.ts';
import { nameBlocker } from './story-inputs.ts';
import type { HandlerDeps } from './handler-deps.ts';

/** Default number of lines in a plan, and of records shown in full. */
const defaultLimit = 20;
const defaultRecords = 3;

/** The actions at a Target if its file were applied now. */
export async function readPlan(
  deps: HandlerDeps,
  name: string,
  { limit = defaultLimit, records = defaultRecords, system, resend }: PlanOptions = {},
): Promise<PlanReport> {
  const files = deps.readFiles();
  const target = await requireTarget(deps, name, files);
  const fileDefinition = await keepPinned(deps.engineDeps, target.definition, requireFileDefinition(files, target));
  const edit = compareFileDefinition(deps, target, fileDefinition);
  const otherSystem = edit?.otherSystem ?? false;
  const again = planResend(target, { system, otherSystem, resend: resend ?? false });
  const { clock, timing } = deps.engineDeps;
  const cycle = checkFirstCycle(await readSources(deps.engineDeps), timing, clock.now());
  const cause = edit === undefined ? 'firstLoad' : 'config';
  const preview = await previewTarget(deps.engineDeps, {
    target,
    definition: fileDefinition,
    cause,
    limits: { lines: limit, records },
    again,
  });
  const waits = cycle.is !== 'over' && goesLive(target, preview);
  const refusal = await findRefusal(deps, target, fileDefinition, files);
  return {
    target: name,
    state: target.state,
    destination: toDestination(fileDefinition),
    ...(cycle.is !== 'over' && { cycle: cycle.why }),
    waitingPaths: edit?.waiting ?? [],
    ...findNeededAgreement(target, fileDefinition, preview, otherSystem && again !== 'newSystem'),
    ...(preview.again !== undefined && { again: { ...preview.again, newSystem: again === 'newSystem' } }),
    people: preview.people,
    scope: fileDefinition.scope.map((rule) => ({ name: rule.name, leavesOut: preview.leftOut.get(rule.name) ?? 0 })),
    inScope: preview.inScope,
    actions: preview.actions,
    ...(preview.guard !== undefined && { guard: { ...preview.guard, ...(waits && { passed: [] }) } }),
    clocks: toClocksReport(preview, fileDefinition),
    underWay: await readUnderWay(deps, name, preview),
    lines: preview.lines.map((line) => toLine(line, fileDefinition)),
    records: preview.records.map((line) => ({ person: labelLine(line, fileDefinition), action: line.want.action, rows: line.want.rows })),
    heldBack: preview.heldBack.map(({ view, why }) => ({ person: toLabel(view), why })),
    heldBackCount: preview.heldBackCount,
    emptyAttributes: preview.emptyAttributes,
    fieldNotes: preview.fieldNotes.map((note) => ({ ...note, first: note.first.map((view) => toLabel(view)) })),
    ...(refusal !== undefined && { refusal }),
    hash: preview.hash,
    notes: [
      ...(deps.running ? [] : [notRunning]),
      ...(await findMissingGroups(deps.engineDeps, fileDefinition)).map(describeMissingGroup),
      ...describeAgain(name, again, preview.again),
      ...(await describeBlocked(deps, preview.blocked)),
    ],
  };
}

/**
 * People whose record belongs to another person. The person who was delivered first keeps it, even if the two come from different sources.
 */
async function describeBlocked(
  { engineDeps: { staging, attributes } }: HandlerDeps,
  blocked: Preview['blocked'],
): Promise<readonly string[]> {
  if (blocked.count === 0) return [];
  const ids = blocked.first.flatMap(({ by }) => by.map(({ id }) => id));
  const views = await staging.people.views([...new Set(ids)].slice(0, 500), attributes);
  const names = blocked.first.map(
    ({ view, by }) => `${view.userName} (the record of ${by.map(({ id }) => nameBlocker(id, views.get(id), view.source)).join(', ')})`,
  );
  const people = showCount(blocked.count, 'person matches', 'people match');
  const more = blocked.count > names.length ? ', …' : '';
  return [`${people} the record of another person and will be parked: ${names.join(', ')}${more}`];
}

async function readUnderWay(
  { engineDeps: { store } }: HandlerDeps,
  name: string,
  { withdrawn }: Pick<Preview, 'withdrawn'>,
): Promise<PlanReport['underWay']> {
  const [counts, holds] = await Promise.all([store.outbox.counts(name), store.outbox.holds(name)]);
  return {
    held: counts.held,
    queued: counts.queued + counts.sending + counts.accepted,
    parked: counts.parked,
    inDoubt: counts.unclear,
    holds: holds
      .filter(({ open }) => open > 0)
      .map(({ number, what, open }) => ({ number, what, open, withdrawn: withdrawn.get(number) ?? 0 })),
  };
}

/** What happens to the people with records at the Target when all records are sent again. */
function describeAgain(name: string, why: Resend | undefined, again: ResendPreview | undefined): readonly string[] {
  if (again === undefined) return [];
  const { what, forgotten, notSent, mayDouble } = again;
  if (what === 'file') return ['the full output file is written again, even if nothing changed'];
  if (why === 'newSystem') {
    return [`${showCount(forgotten, 'person remains', 'people remain')} in the old system; Vestibule no longer manages them`];
  }
  return [
    mayDouble === 0
      ? 'all records are looked up and sent again; records that still exist are adopted'
      : `this connector cannot look up ${mayDouble} of the records; any of these that still exist at ${name} will be duplicated`,
    ...(notSent === 0
      ? []
      : [
          `${showCount(notSent, 'person is', 'people are')} leaving, deactivated or without a valid row and will not be sent; if ${name} was not emptied, ` +
            `their records remain there and Vestibule no longer manages them`,
        ]),
  ];
}

function labelLine({ view, want, before }: PreviewLine, { match }: TargetDefinition): PersonLabel {
  return labelPerson(view, { subject: want.subject, rows: before.length > 0 ? before : want.rows }, match);
}

function toLine(line: PreviewLine, fileDefinition: TargetDefinition): PlanLine {
  const { want, before } = line;
  return {
    person: labelLine(line, fileDefinition),
    action: want.action,
    cause: want.cause,
    ...(want.removal !== undefined && {
      removal: { reason: want.removal.reason, ...(want.removal.condition !== undefined && { condition: want.removal.condition }) },
    }),
    rows: want.rows,
    fields: want.removal === undefined ? compareRows(before[0] ?? {}, want.rows[0] ?? {}) : [],
  };
}

function compareRows(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): PlanLine['fields'] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({
      field,
      ...(before[field] !== undefined && { before: before[field] }),
      ...(after[field] !== undefined && { after: after[field] }),
    }));
}
