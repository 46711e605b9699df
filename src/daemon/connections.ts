// Opens the Connections and tests of a Target, with its secrets resolved.
import { resolveDefinition } from '../config/secrets.ts';
import { thisMachine } from '../config/machine.ts';
import type { Clock } from '../domain/clock.ts';
import { TargetRefused } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { TargetDefinition } from '../domain/target.ts';
import type { Connection } from '../outbound/drivers/driver.ts';
import { openConnection, openExamination } from '../outbound/drivers/registry.ts';
import { withoutSecret } from '../outbound/drivers/connection-without-secret.ts';
import { workFoldersIn } from '../outbound/drivers/work-folders.ts';
import type { PreparedExamination } from '../outbound/engine/contact/examine-target.ts';

/** The context for opening a Connection, in addition to its definition. */
export interface ConnectContext {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the secrets that are resolved, so that the log hides them. */
  readonly secrets: Set<string>;
  readonly keepFiles: number;
}

/** Opens a Connection with its secrets resolved. If a secret is missing, the Connection refuses to contact the Target. */
export function connect(definition: TargetDefinition, access: 'read' | 'write', context: ConnectContext): Connection {
  const { settings, deps, missing } = resolveFor(definition, context);
  const connection = openConnection(definition, settings, deps, access);
  const [first] = missing;
  if (first === undefined) return connection;
  return withoutSecret(connection, new TargetRefused(`a secret is missing: ${first.message}`, { hint: 'set it where the daemon runs' }));
}

/** Prepares the `test` of a Target, with its secrets resolved. */
export function examine(definition: TargetDefinition, context: ConnectContext): PreparedExamination {
  const { settings, deps, missing, secrets } = resolveFor(definition, context);
  return {
    examination: openExamination(definition, settings, deps),
    missing: missing.map(({ message }) => message),
    secrets: secrets.length,
  };
}

function resolveFor(definition: TargetDefinition, { dataDir, clock, log, secrets, keepFiles }: ConnectContext) {
  const machine = thisMachine();
  const resolved = resolveDefinition(definition, machine);
  for (const secret of resolved.secrets) secrets.add(secret);
  const workFolder = workFoldersIn(dataDir).of(definition.target);
  return {
    ...resolved,
    deps: {
      log,
      clock,
      definition,
      workFolder,
      keepFiles,
      env: (name: string) => machine.env(name),
      secrets: resolved.secrets,
    },
  };
}
