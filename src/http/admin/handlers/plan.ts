import { toOwnCommand } from '../../../domain/own-command.ts';
import { toDestination } from '../../../config/destination.ts';
import type { PersonLabel, PlanLine, PlanOptions, PlanReport } from '../../../admin/api.ts';
import { CommandRefused, ConfigProblems } from '../../../domain/errors.ts';
import type { TargetName } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { showCount } from '../../../domain/wording.ts';
import { keepPinned } from '../../../engine/compile-target.ts';
import { checkFirstCycle, readSources } from '../../../engine/first-cycle.ts';
import { replacesWhoIsMissing } from '../../../engine/first-load.ts';
import { missingFileRefusal } from '../../../engine/missing-file-refusal.ts';
import { viewTargets } from '../../../engine/sync-definitions.ts';
import { goesLive, previewTarget, type Preview, type PreviewLine } from '../../../engine/preview.ts';
import { planResend, type Resend, type ResendPreview } from '../../../engine/resend.ts';
import { labelPerson } from './person-label.ts';
import { nameBlocker } from './story-inputs.ts';
import type { HandlerDeps, SiteFiles, WaitingEdit } from './handler-deps.ts';

/** Default number of lines in a plan, and of records shown in full. */
const defaultLimit = 20;
const defaultRecords = 3;

/** What would be done at a Target if its file were applied now. */
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
  return {
    target: name,
    state: target.state,
    destination: toDestination(fileDefinition),
    ...(cycle.is !== 'over' && { cycle: cycle.why }),
    waitingPaths: edit?.waiting ?? [],
    otherSystem: otherSystem && again === undefined,
    ...(preview.again !== undefined && { again: { ...preview.again, newSystem: again === 'newSystem' } }),
    people: preview.people,
    scope: fileDefinition.scope.map((rule) => ({ name: rule.name, leavesOut: preview.leftOut.get(rule.name) ?? 0 })),
    inScope: preview.inScope,
    actions: preview.actions,
    ...(preview.guard !== undefined && { guard: { ...preview.guard, ...(waits && { passed: [] }) } }),
    underWay: await readUnderWay(deps, name),
    lines: preview.lines.map((line) => toLine(line, fileDefinition)),
    records: preview.records.map((line) => ({ person: labelLine(line, fileDefinition), action: line.want.action, rows: line.want.rows })),
    heldBack: preview.heldBack.map(({ view, why }) => ({ person: toLabel(view), why })),
    heldBackCount: preview.heldBackCount,
    emptyAttributes: preview.emptyAttributes,
    fieldNotes: preview.fieldNotes.map((note) => ({ ...note, first: note.first.map((view) => toLabel(view)) })),
    hash: preview.hash,
    notes: [
      ...(await describeOrphans(deps, target, fileDefinition, files)),
      ...describeFirstLoad(target, fileDefinition, preview.heldBackCount),
      ...describeAgain(name, again, preview.again),
      ...(await describeBlocked(deps, preview.blocked)),
    ],
  };
}

/** People whose record another person has: the first one keeps it, whichever source both come from. */
async function describeBlocked(
  { engineDeps: { store, attributes } }: HandlerDeps,
  blocked: Preview['blocked'],
): Promise<readonly string[]> {
  if (blocked.count === 0) return [];
  const ids = blocked.first.flatMap(({ by }) => by.map(({ id }) => id));
  const views = await store.people.views([...new Set(ids)].slice(0, 500), attributes);
  const names = blocked.first.map(
    ({ view, by }) => `${view.userName} (the record of ${by.map(({ id }) => nameBlocker(id, views.get(id), view.source)).join(', ')})`,
  );
  const people = showCount(blocked.count, 'person matches', 'people match');
  const more = blocked.count > names.length ? ', …' : '';
  return [`${people} a record that another person has, and will be parked: ${names.join(', ')}${more}`];
}

async function readUnderWay({ engineDeps: { store } }: HandlerDeps, name: string): Promise<PlanReport['underWay']> {
  const [counts, holds] = await Promise.all([store.outbox.counts(name), store.outbox.holds(name)]);
  return {
    held: counts.held,
    queued: counts.queued + counts.sending + counts.accepted,
    parked: counts.parked,
    inDoubt: counts.unclear,
    holds: holds.filter(({ open }) => open > 0).map(({ number, what, open }) => ({ number, what, open })),
  };
}

/** What `apply` asks for before the first file of a product that removes or disables everyone who is not in it. */
function describeFirstLoad(target: Target, fileDefinition: TargetDefinition, heldBack: number): readonly string[] {
  if (!replacesWhoIsMissing(fileDefinition) || target.appliedAt !== undefined) return [];
  const without = heldBack === 0 ? '' : ` --without ${heldBack}`;
  return [
    `${fileDefinition.title} ${fileDefinition.absent === 'removed' ? 'removes' : 'disables'} everyone who is not in the file; apply requires --replace-all${without}`,
  ];
}

/** A new Target at the system of one whose file is gone is most likely that one under a new name: applied, it would create everyone again. */
async function describeOrphans(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  files: SiteFiles,
): Promise<readonly string[]> {
  const orphans = await findOrphans(deps, target, fileDefinition, files);
  return orphans.map(
    (name) =>
      `the file of ${name} is missing, and ${name} has the same system: if ${target.name} is its new name, do not apply but rename it: ${toOwnCommand('rename', name, target.name)}`,
  );
}

/** Targets without a file that have the system of a Target which was never applied: it may be one of them under a new name. */
async function findOrphans(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  files: SiteFiles,
): Promise<readonly TargetName[]> {
  if (target.appliedAt !== undefined) return [];
  return (await readTargets(deps, files))
    .filter(
      ({ state, definition }) => state === 'orphaned' && definition !== undefined && !deps.compare(definition, fileDefinition).otherSystem,
    )
    .map(({ name }) => name);
}

/**
 * A renamed file would create everyone a second time at the same system.
 * @throws {CommandRefused} with both ways out.
 */
export async function assertNotRenamed(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  files: SiteFiles,
): Promise<void> {
  const [orphan] = await findOrphans(deps, target, fileDefinition, files);
  if (orphan === undefined) return;
  throw new CommandRefused(
    `the file of ${orphan} is missing, and ${orphan} has the same system as ${target.name}: its people would be sent twice`,
    {
      hint: `if ${target.name} is its new name: ${toOwnCommand('rename', orphan, target.name)}; if ${orphan} is no longer needed: ${toOwnCommand('forget', orphan)}, then apply`,
    },
  );
}

/** What becomes of the people that a Target is known to hold when everyone is sent again. */
function describeAgain(name: string, why: Resend | undefined, again: ResendPreview | undefined): readonly string[] {
  if (again === undefined) return [];
  const { what, forgotten, notSent, mayDouble } = again;
  if (what === 'file') return ['the full file is written again, even if nothing changed'];
  if (why === 'newSystem') {
    return [`${showCount(forgotten, 'person stays', 'people stay')} at the old system; Vestibule no longer manages them`];
  }
  return [
    mayDouble === 0
      ? 'everyone is looked up and sent again; records that still exist are adopted'
      : `this connector cannot look up ${mayDouble} of the records: those that still exist at ${name} will be duplicated`,
    ...(notSent === 0
      ? []
      : [
          `${showCount(notSent, 'person is', 'people are')} leaving, deactivated or without a valid row and will not be sent; if ${name} was not emptied, ` +
            `they stay there and Vestibule no longer manages them`,
        ]),
  ];
}

/** All Targets as the files have them now, by name; see `viewTargets`. */
export async function readTargets({ engineDeps: { store, clock } }: HandlerDeps, { names }: SiteFiles): Promise<readonly Target[]> {
  return viewTargets(await store.targets.list(), names, clock.now());
}

/** A Target as the files have it now: one that only has a file is a draft. @throws {CommandRefused} naming the existing ones. */
export async function requireTarget(deps: HandlerDeps, name: string, files: SiteFiles = deps.readFiles()): Promise<Target> {
  const targets = await readTargets(deps, files);
  const target = targets.find((one) => one.name === name);
  if (target !== undefined) return target;
  const names = targets.map((known) => known.name);
  throw new CommandRefused(`there is no target ${name}`, {
    hint: names.length === 0 ? 'write config/targets/NAME.yaml first' : `targets: ${names.join(', ')}`,
  });
}

/** @throws {CommandRefused} for a Target whose file is so new that the store has nothing of it. */
export async function assertTaken({ engineDeps: { store } }: HandlerDeps, name: string, { names }: SiteFiles): Promise<void> {
  if (!names.has(name) || (await store.targets.get(name)) !== undefined) return;
  throw new CommandRefused(`${name} is new and was never applied`, { hint: `Apply it first: ${toOwnCommand('apply', name)}` });
}

/** The definition in a Target's file. @throws {ConfigProblems} when the file has problems; {CommandRefused} when it is gone. */
export function requireFileDefinition(files: SiteFiles, target: Target): TargetDefinition {
  const fileDefinition = files.fileDefinitions.get(target.name);
  if (fileDefinition !== undefined) return fileDefinition;
  if (target.state === 'orphaned') throw missingFileRefusal(target.name);
  if (files.problems.some((problem) => problem.level === 'problem')) throw new ConfigProblems(files.problems);
  throw missingFileRefusal(target.name);
}

/**
 * How a file definition differs from what is applied; `undefined` when nothing ever was. An applied definition that cannot be read may have named
 * any address: whether the system is the same is then for the person who applies to say.
 */
export function compareFileDefinition(
  deps: HandlerDeps,
  { definition, unreadable }: Target,
  fileDefinition: TargetDefinition,
): WaitingEdit | undefined {
  if (definition !== undefined) return deps.compare(definition, fileDefinition);
  return unreadable === undefined ? undefined : { waiting: [], otherSystem: true };
}

/** How commands name a person. */
export function toLabel(view: PersonView | undefined, id = ''): PersonLabel {
  return { id: view?.id ?? id, displayName: view?.displayName ?? '', userName: view?.userName ?? '' };
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
