// The list of all Drivers, and functions that open a Connection or prepare a test with the right one.
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

/** All Drivers by name, as in `driver` of a Connector. Each parses its own settings. */
export const drivers: ReadonlyMap<string, Driver<unknown>> = new Map(
  [restDriver, csvDriver, scriptDriver, scimDriver].map((driver: Driver<unknown>) => [driver.name, driver]),
);

/**
 * Opens a Connection for a definition, without I/O. `settings` are those of the definition, with secrets resolved.
 * @throws {TargetUnavailable} if an applied definition no longer matches the schema of its Driver. The message contains paths, never
 * values.
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

/** Prepares the `test` of a Target, without I/O. @throws {TargetUnavailable} as `openConnection` does. */
export function openExamination(definition: TargetDefinition, settings: Readonly<Record<string, unknown>>, deps: DriverDeps): Examination {
  const { driver, parsed } = fitDriver(definition, settings);
  return withRedactedSteps(driver.examine(parsed, deps), openRedactor(deps.secrets ?? []));
}

function fitDriver(
  definition: TargetDefinition,
  settings: Readonly<Record<string, unknown>>,
): { readonly driver: Driver<unknown>; readonly parsed: unknown } {
  const driver = drivers.get(definition.driver);
  if (driver === undefined) throw unusable(`unknown driver ${definition.driver}`);
  const parsed = driver.settings.safeParse(settings);
  if (parsed.success) return { driver, parsed: parsed.data };
  const [issue] = parsed.error.issues;
  throw unusable(`the settings are not valid: ${['settings', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'invalid value'}`);
}

function unusable(message: string): TargetUnavailable {
  return new TargetUnavailable(message, { hint: `run: ${toOwnCommand('check')}` });
}
