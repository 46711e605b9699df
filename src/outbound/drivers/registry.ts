// The list of all Drivers, and functions to open a Connection or a test with one.
import { toOwnCommand } from '../../domain/own-command.ts';
import type { TargetDefinition } from '../../domain/target.ts';
import { TargetUnavailable } from '../../domain/errors.ts';
import { openRedactor } from '../../domain/redactor.ts';
import { csvDriver } from './csv/index.ts';
import type { Connection, Driver, DriverDeps, Examination } from './driver.ts';
import { withRedactedSteps, withRedaction } from './redact-connection.ts';
import { restDriver } from './rest/index.ts';
import { scimDriver } from './scim/index.ts';
import { scriptDriver } from './script/index.ts';

/** All Drivers by the name in a Connector's `driver`. Each parses its settings. */
export const drivers: ReadonlyMap<string, Driver<unknown>> = new Map(
  [restDriver, csvDriver, scriptDriver, scimDriver].map((driver: Driver<unknown>) => [driver.name, driver]),
);

/**
 * Opens a Connection for a definition; no I/O yet. `settings` are the definition's, with secrets in their places.
 * @throws {TargetUnavailable} when a definition that was applied once no longer fits its Driver; names places, never values.
 */
export function openConnection(
  definition: TargetDefinition,
  settings: Readonly<Record<string, unknown>>,
  deps: DriverDeps,
  access: 'read' | 'write',
): Connection {
  const { driver, parsed } = fitDriver(definition, settings);
  return withRedaction(driver.open(parsed, deps, access), openRedactor(deps.secrets ?? []));
}

/** Prepares the `test` of a Target; no I/O yet. @throws {TargetUnavailable} as `openConnection`. */
export function openExamination(definition: TargetDefinition, settings: Readonly<Record<string, unknown>>, deps: DriverDeps): Examination {
  const { driver, parsed } = fitDriver(definition, settings);
  return withRedactedSteps(driver.examine(parsed, deps), openRedactor(deps.secrets ?? []));
}

function fitDriver(
  definition: TargetDefinition,
  settings: Readonly<Record<string, unknown>>,
): { readonly driver: Driver<unknown>; readonly parsed: unknown } {
  const driver = drivers.get(definition.driver);
  if (driver === undefined) throw unusable(`there is no driver ${definition.driver}`);
  const parsed = driver.settings.safeParse(settings);
  if (parsed.success) return { driver, parsed: parsed.data };
  const [issue] = parsed.error.issues;
  throw unusable(`its settings cannot be used: ${['settings', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'wrong'}`);
}

function unusable(message: string): TargetUnavailable {
  return new TargetUnavailable(message, { hint: `run: ${toOwnCommand('check')}` });
}
