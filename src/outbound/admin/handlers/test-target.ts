// Handles the command `test`: tests the connection to a Target step by step.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { TestOptions, TestReport } from '../../../admin/reports/test-report.ts';
import { compareDefinitions } from '../../../config/compare-definitions.ts';
import { CommandRefused, ConfigProblems } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { examineTarget } from '../../engine/contact/examine-target.ts';
import { unknownTargetRefusal } from '../../engine/target-refusals.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';

const defaultTimeoutMs = 10_000;

/** The handler dependencies that `test` requires. It only reads the store. */
type TestDeps = Pick<HandlerDeps, 'engineDeps' | 'readFiles' | 'examine' | 'stopping'>;

/**
 * Tests the connection to a Target with the definition in its file, or with the applied one if the file is invalid. Does not write to the
 * store.
 */
export async function testTarget(deps: TestDeps, name: string, options: TestOptions = {}): Promise<TestReport> {
  const { store, clock, log } = deps.engineDeps;
  const { examine, stopping } = deps;
  const files = deps.readFiles();
  const target = await store.targets.get(name);
  if (target === undefined && !files.fileDefinitions.has(name)) await refuseUnknown(deps, files, name);
  const { definition, tested, notes } = choose(name, files, target, options.applied === true);
  const steps = await examineTarget(
    { clock, log, examine, ...(stopping !== undefined && { stopping }) },
    definition,
    options.timeoutMs ?? defaultTimeoutMs,
  );
  return {
    target: name,
    title: definition.title,
    driver: definition.driver,
    tested,
    notes,
    steps,
    passed: steps.every(({ result }) => result !== 'failed'),
  };
}

interface Choice extends Pick<TestReport, 'tested' | 'notes'> {
  readonly definition: TargetDefinition;
}

/**
 * @throws {ConfigProblems} if the file has problems and no applied definition exists; {CommandRefused} if there is no definition to test.
 */
function choose(name: string, files: SiteFiles, target: Target | undefined, wantsApplied: boolean): Choice {
  const fileDefinition = files.fileDefinitions.get(name);
  const applied = target?.definition;
  if (fileDefinition !== undefined && !wantsApplied)
    return { definition: fileDefinition, tested: 'file', notes: describeDifference(applied, fileDefinition) };
  if (applied === undefined) throw nothingToTest(name, files, wantsApplied);
  if (fileDefinition !== undefined) return { definition: applied, tested: 'applied', notes: [] };
  const why = target?.state === 'orphaned' ? 'was removed' : `has problems (see: ${toOwnCommand('check')})`;
  return {
    definition: applied,
    tested: 'applied',
    notes: [`The file config/targets/${name}.yaml ${why}, so the applied definition was tested.`],
  };
}

/** Keys that determine where and how Vestibule connects. */
const connecting = /^(connector|driver|folder|settings)(\.|$)/;

function describeDifference(applied: TargetDefinition | undefined, fileDefinition: TargetDefinition): readonly string[] {
  if (applied === undefined) return ['The target was never applied.'];
  const { atOnce, waiting } = compareDefinitions(applied, fileDefinition);
  const paths = [...waiting, ...atOnce].filter((path) => connecting.test(path));
  if (paths.length === 0) return [];
  return [`The file differs from the applied definition: ${paths.join(', ')}. To test the applied definition, add --applied.`];
}

function nothingToTest(name: string, files: SiteFiles, wantsApplied: boolean): CommandRefused | ConfigProblems {
  if (wantsApplied) return new CommandRefused(`${name} was never applied`, { hint: 'Omit --applied to test its file.' });
  if (files.problems.some(({ level }) => level === 'problem')) return new ConfigProblems(files.problems);
  return new CommandRefused(`${name} has no file`, { hint: `Create config/targets/${name}.yaml.` });
}

/** @throws {ConfigProblems} if the files have problems, because one of them may be why the Target is unknown; {CommandRefused} otherwise. */
async function refuseUnknown(deps: TestDeps, files: SiteFiles, name: string): Promise<void> {
  if (files.problems.some(({ file }) => file.endsWith(`targets/${name}.yaml`))) throw new ConfigProblems(files.problems);
  const stored = (await deps.engineDeps.store.targets.list()).map((known) => known.name);
  const names = [...new Set([...stored, ...files.fileDefinitions.keys()])].sort();
  throw unknownTargetRefusal(name, names);
}
