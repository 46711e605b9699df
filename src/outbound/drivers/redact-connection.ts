// Wraps a Connection so that its strings contain no secrets.
import { DaemonError, TargetRefused, TargetUnavailable } from '../../domain/errors.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Connection, Examination, RecordConnection, SnapshotConnection } from './driver.ts';

/** Removes secrets from a text. */
type Redact = (text: string) => string;

/**
 * Wraps a Connection so that reasons, messages and hints contain no secret. Keys and records stay unchanged, because they are compared and
 * not shown. A secret that a Target echoes is removed here, for all Drivers.
 */
export function withRedaction(connection: Connection, redact: Redact): Connection {
  return connection.mode === 'record' ? redactRecords(connection, redact) : redactFiles(connection, redact);
}

/** Wraps an Examination so that its strings contain no secret. */
export function withRedactedSteps(examination: Examination, redact: Redact): Examination {
  const output = examination.output?.bind(examination);
  return {
    ...examination,
    close: () => examination.close(),
    ...(output !== undefined && { output: () => output().map(redact) }),
    steps: examination.steps.map((step) => ({
      ...step,
      ...(step.asks !== undefined && { asks: step.asks.map(redact) }),
      run: async (signal: AbortSignal) => {
        const examined = await orRedacted(redact, () => step.run(signal));
        return {
          ...examined,
          message: redact(examined.message),
          ...(examined.hint !== undefined && { hint: redact(examined.hint) }),
        };
      },
    })),
  };
}

function redactRecords(connection: RecordConnection, redact: Redact): RecordConnection {
  const find = connection.find?.bind(connection);
  const settle = connection.settle?.bind(connection);
  const list = connection.list?.bind(connection);
  return {
    ...connection,
    probe: (signal) => orRedacted(redact, () => connection.probe(signal)),
    close: () => orRedacted(redact, () => connection.close()),
    async *deliver(batch, options) {
      const answers = eachRedacted(redact, () => connection.deliver(batch, options));
      for await (const { delivery, outcome } of answers) yield { delivery, outcome: redactOutcome(outcome, redact) };
    },
    ...(find !== undefined && { find: (planned, signal) => orRedacted(redact, () => find(planned, signal)) }),
    ...(settle !== undefined && {
      settle: async (receipt, signal) => redactOutcome(await orRedacted(redact, () => settle(receipt, signal)), redact),
    }),
    ...(list !== undefined && { list: (signal) => eachRedacted(redact, () => list(signal)) }),
  };
}

function redactFiles(connection: SnapshotConnection, redact: Redact): SnapshotConnection {
  return {
    ...connection,
    probe: (signal) => orRedacted(redact, () => connection.probe(signal)),
    close: () => orRedacted(redact, () => connection.close()),
    ...(connection.file !== undefined && { file: redact(connection.file) }),
    publish: async (name, rows, options) => {
      const published = await orRedacted(redact, () => connection.publish(name, rows, options));
      return { ...published, file: redact(published.file) };
    },
  };
}

function redactOutcome(outcome: Outcome, redact: Redact): Outcome {
  switch (outcome.status) {
    case 'done':
    case 'accepted':
      return outcome;
    case 'retry':
    case 'unclear':
      return { ...outcome, reason: redact(outcome.reason), ...(outcome.fact !== undefined && { fact: redact(outcome.fact) }) };
    case 'exists':
    case 'missing':
    case 'reject':
      return { ...outcome, reason: redact(outcome.reason) };
  }
}

async function orRedacted<T>(redact: Redact, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw redactError(error, redact);
  }
}

async function* eachRedacted<T>(redact: Redact, open: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* open();
  } catch (error) {
    throw redactError(error, redact);
  }
}

/** The same error, of the same class, without secrets. The original error stays its `cause`, which only the log contains, redacted. */
function redactError(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error)) return error;
  const message = redact(error.message);
  const hint = error instanceof DaemonError && error.hint !== undefined ? redact(error.hint) : undefined;
  if (message === error.message && (!(error instanceof DaemonError) || hint === error.hint)) return error;
  const options = { cause: error, ...(hint !== undefined && { hint }) };
  if (error instanceof TargetUnavailable) {
    const { mayHaveLeft, afterMs } = error;
    return new TargetUnavailable(message, { ...options, mayHaveLeft, ...(afterMs !== undefined && { afterMs }) });
  }
  if (error instanceof TargetRefused) return new TargetRefused(message, { ...options, mayHaveLeft: error.mayHaveLeft });
  if (error instanceof DaemonError) return new DaemonError(error.code, message, options);
  return new Error(message, { cause: error });
}
