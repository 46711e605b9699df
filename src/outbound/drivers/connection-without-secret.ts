// A Connection for a Target whose secret is missing: it can plan, but not connect.
import type { TargetRefused } from '../../domain/errors.ts';
import type { Connection } from './driver.ts';

/**
 * Wraps a Connection for a Target whose secret is missing. Pure methods work, so that planning continues; methods that would contact the
 * Target throw `refusal`.
 */
export function withoutSecret(connection: Connection, refusal: TargetRefused): Connection {
  const refuse = () => Promise.reject(refusal);
  const common = { actions: connection.actions, probe: refuse, close: () => connection.close() };
  if (connection.mode === 'snapshot') {
    return {
      ...common,
      mode: 'snapshot',
      ...(connection.file !== undefined && { file: connection.file }),
      refuse: (record) => connection.refuse(record),
      deactivated: (record) => connection.deactivated(record),
      publish: refuse,
    };
  }
  const { batchSize, repeatable, visibleAfterMs, concurrency } = connection;
  return {
    ...common,
    mode: 'record',
    batchSize,
    repeatable,
    visibleAfterMs,
    concurrency,
    ...(connection.find !== undefined && { find: refuse }),
    // oxlint-disable-next-line require-yield -- throws before it could yield
    async *deliver() {
      await refuse();
    },
  };
}
