// Handles the command `status`: the state of all Targets, Sources and files.
import type { SourceReport, StatusReport, TargetReport } from '../../../admin/reports/status-report.ts';
import { findExpiring } from '../../../identity/expiring-tokens.ts';
import { StoreError } from '../../../domain/errors.ts';
import { cycleEndsAt, isCycleOver, type Source } from '../../../domain/source.ts';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Target } from '../../../domain/target.ts';
import { findGoneGroups } from '../../engine/definition/compile-target.ts';
import { findFaults } from '../../engine/definition/definition-faults.ts';
import { readSources } from '../../engine/go-live/first-cycle.ts';
import { fileOf } from '../../engine/target-lifecycle.ts';
import { describeMissingGroup, findMissingGroups } from '../../engine/definition/missing-groups.ts';
import { describeObstacle } from '../../story/describe-obstacle.ts';
import { nameParked } from '../../../domain/sentences.ts';
import { findRefusal } from './apply-refusal.ts';
import { readRunningClocks, toClocksReport } from './leaver-delays.ts';
import { readGroup } from './list-groups.ts';
import { labelPeople, type SubjectRows, toLabel } from './person-label.ts';
import { readTargets } from './look-up-targets.ts';
import { previewEdit } from './preview-edit.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';
import { noteUnnamedSources, realSources } from './tokens.ts';

/** The current status, based on the current files. */
export async function readStatus(deps: HandlerDeps): Promise<StatusReport> {
  const files = deps.readFiles();
  try {
    return await readStore(deps, files);
  } catch (error) {
    const readOnly = findReadOnly(deps);
    if (!(error instanceof StoreError) || readOnly === undefined) throw error;
    // The store cannot be read, so only that is reported.
    const { version, running, tenantUrl } = deps;
    return {
      now: deps.engineDeps.clock.now(),
      version,
      running,
      tenantUrl,
      readOnly,
      sources: [],
      people: 0,
      expiring: [],
      notes: [],
      targets: [],
      problems: files.problems,
    };
  }
}

/** Why one of the stores is read-only; `undefined` if both are writable. */
function findReadOnly({ engineDeps: { store, inbound } }: HandlerDeps): string | undefined {
  return inbound.readOnly() ?? store.readOnly();
}

async function readStore(deps: HandlerDeps, files: SiteFiles): Promise<StatusReport> {
  const { staging, clock } = deps.engineDeps;
  const now = clock.now();
  const [sources, real, targets, people, head, tokens, notes] = await Promise.all([
    readSources(deps.engineDeps),
    realSources(deps),
    readTargets(deps, files),
    staging.people.count(),
    staging.changes.head(),
    deps.tokens.list(),
    noteUnnamedSources(deps),
  ]);
  const readOnly = findReadOnly(deps);
  return {
    now,
    version: deps.version,
    running: deps.running,
    tenantUrl: deps.tenantUrl,
    ...(readOnly !== undefined && { readOnly }),
    sources: sources.filter(({ id }) => real.some((one) => one.id === id)).map((source) => toSourceReport(source, deps, now)),
    people,
    expiring: findExpiring(tokens, now),
    notes: [...deps.troubles(), ...files.notes, ...notes],
    targets: await Promise.all(targets.map((target) => reportTarget(deps, target, files, head))),
    problems: files.problems,
  };
}

/** One Target in the report of `status`. `head` is the `seq` of the last Change. */
export async function reportTarget(deps: HandlerDeps, target: Target, files: SiteFiles, head: number): Promise<TargetReport> {
  const { store } = deps.engineDeps;
  const [counts, leavers, deliveries, first, noRows, holds, faults, waiting, notes, file, missingGroups, refusal, leaverDelays] =
    await Promise.all([
      store.shadows.count(target.name),
      store.shadows.leavers(target.name),
      store.outbox.counts(target.name),
      readFirst(deps, target),
      store.noRows.count(target.name),
      readOpenHolds(deps, target),
      findFaults(deps.engineDeps, target),
      readWaiting(deps, target, files),
      readNotes(deps, target),
      target.definition === undefined ? undefined : fileOf(deps.engineDeps, target.definition),
      readMissingGroups(deps, target, files),
      readRefusal(deps, target, files),
      readRunningClocks(deps, target),
    ]);
  return {
    name: target.name,
    title: target.definition?.title ?? files.fileDefinitions.get(target.name)?.title ?? '',
    state: target.state,
    by: target.by,
    at: target.at,
    why: target.why,
    applied: target.appliedAt !== undefined,
    liveWhenQuiet: target.liveWhenQuiet,
    ...(refusal !== undefined && { refusal }),
    trouble: target.trouble,
    ...(target.downUntil !== undefined && { downUntil: target.downUntil }),
    obstacle: describeObstacle(target, { now: deps.engineDeps.clock.now(), running: deps.running }),
    takesFiles: file !== undefined,
    ...counts,
    leaving: leavers.running,
    leaverDelays,
    leaversDone: leavers.ended,
    deliveries,
    noRows,
    first,
    holds,
    ...(waiting !== undefined && { waiting }),
    behind: target.state === 'draft' || target.definition === undefined ? 0 : head - target.cursor,
    notes: [...faults.map((fault) => `${fault}. ${wayOut}`), ...missingGroups, ...notes],
    ...succeededAt(deps, target),
    ...(target.reconciledAt !== undefined && { reconciledAt: target.reconciledAt }),
  };
}

/** Shown for faults of an applied definition. These exist only if an older release applied it, or if the machine has changed since. */
const wayOut = `Correct the file (${toOwnCommand('check')}), then apply it.`;

/**
 * The later of two times: the store saves it at most once a minute but keeps it across restarts; the engine has the exact time since the
 * start.
 */
function succeededAt({ engine }: HandlerDeps, { name, succeededAt: stored }: Target): Pick<TargetReport, 'succeededAt'> {
  const known = engine.succeededAt(name);
  const newest = known !== undefined && (stored === undefined || known > stored) ? known : stored;
  return newest === undefined ? {} : { succeededAt: newest };
}

/** Number of people whom `status` names in each group. `list` shows all of them. */
const fewPeople = 3;

async function readOpenHolds({ engineDeps }: HandlerDeps, { name, definition }: Target): Promise<TargetReport['holds']> {
  const { store } = engineDeps;
  const open = (await store.outbox.holds(name)).filter((hold) => hold.open > 0);
  return Promise.all(
    open.map(async ({ number, what, open: left, why, at, revision }) => {
      const held = await store.outbox.held(name, number, fewPeople);
      const labels = await labelPeople(engineDeps, definition?.match ?? [], held);
      return { number, what, open: left, why, at, revision, first: [...labels.values()] };
    }),
  );
}

async function readFirst({ engineDeps }: HandlerDeps, { name, definition }: Target): Promise<TargetReport['first']> {
  const { store } = engineDeps;
  const label = async (found: readonly (SubjectRows & { readonly reason: string })[]) => {
    const labels = await labelPeople(engineDeps, definition?.match ?? [], found);
    return found.map(({ subject, reason }) => ({ person: labels.get(subject.id) ?? toLabel(undefined, subject.id), reason }));
  };
  const [{ page }, parked] = await Promise.all([
    readGroup(store, name, 'noRow', fewPeople, undefined),
    store.outbox.list(name, ['parked'], fewPeople),
  ]);
  return { noRow: await label(page), parked: await label(parked.map((one) => ({ ...one, reason: nameParked(one) }))) };
}

function toSourceReport(source: Source, deps: HandlerDeps, now: Date): SourceReport {
  const quietMs = deps.engineDeps.timing.quietMs(source.id);
  const over = isCycleOver(source, quietMs, now);
  const endsAt = over ? undefined : cycleEndsAt(source, quietMs);
  return {
    id: source.id,
    cycle: source.lastWrite === undefined ? 'notBegun' : over ? 'over' : 'running',
    ...(endsAt !== undefined && { cycleEndsAt: endsAt }),

    people: source.people,
    groups: source.groups,
    ...(source.lastWrite !== undefined && { lastWrite: source.lastWrite }),
    ...heardAt(source),
  };
}

/** Contact is stored at most once a minute. A write is also contact, and may be more recent. */
function heardAt({ contact, lastWrite }: Source): Pick<SourceReport, 'lastHeard'> {
  const heard = [contact?.last, lastWrite].filter((time) => time !== undefined);
  return heard.length === 0 ? {} : { lastHeard: new Date(Math.max(...heard.map((time) => time.getTime()))) };
}

async function readWaiting(deps: HandlerDeps, target: Target, files: SiteFiles): Promise<TargetReport['waiting']> {
  const edit = await previewEdit(deps, target, files);
  if (edit === undefined) return undefined;
  const { paths, preview, definition } = edit;
  // `plan` reports why the edit cannot be planned. `status` still shows the rest.
  if (preview === undefined) return { paths };
  const differ = Object.values(preview.actions).reduce((sum, count) => sum + count, 0);
  const withdrawn = [...preview.withdrawn].map(([hold, actions]) => ({ hold, actions }));
  return { paths, differ, clocks: toClocksReport(preview, definition), ...(withdrawn.length > 0 && { withdrawn }) };
}

/** Notes about groups in conditions that were renamed or deleted in the directory. */
async function readNotes(deps: HandlerDeps, { definition }: Target): Promise<readonly string[]> {
  if (definition === undefined) return [];
  const gone = await findGoneGroups(deps.engineDeps, definition);
  const pinned = Object.entries(definition.groupIds);
  const names = await deps.engineDeps.staging.people.groupNames(pinned.flatMap(([, ids]) => ids));
  return pinned.flatMap(([written, ids]) => {
    if (gone.has(written))
      return [`the group "${written}" no longer exists in the directory: no one is removed because of this. Edit the file and apply it`];
    return ids.flatMap((id) => {
      const now = names.get(id);
      return now === undefined || now.toLowerCase() === written.toLowerCase() ? [] : [`the group "${written}" is now named "${now}"`];
    });
  });
}

/** Why a draft cannot be applied. `status` must not propose a command that is refused. */
async function readRefusal(deps: HandlerDeps, target: Target, files: SiteFiles): Promise<TargetReport['refusal']> {
  const fileDefinition = files.fileDefinitions.get(target.name);
  return target.state !== 'draft' || fileDefinition === undefined ? undefined : findRefusal(deps, target, fileDefinition, files);
}

/**
 * Sentences about groups in the definition that were never received. Uses the applied definition; for a Target that was never applied, its
 * file.
 */
async function readMissingGroups(deps: HandlerDeps, target: Target, files: SiteFiles): Promise<readonly string[]> {
  const definition = target.definition ?? files.fileDefinitions.get(target.name);
  if (definition === undefined) return [];
  try {
    return (await findMissingGroups(deps.engineDeps, definition)).map(describeMissingGroup);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // An expression does not compile. `findFaults` reports it.
    return [];
  }
}
