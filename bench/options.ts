import { parseArgs } from 'node:util';

/** What a run measures. */
export interface BenchOptions {
  /** Number of people who are staged before the measurement. */
  readonly people: number;
  readonly connections: number;
  /** Measured requests of each kind. */
  readonly requests: number;
  readonly rounds: number;
  /** Members of the Group that members are added to. */
  readonly members: number;
  readonly json: boolean;
}

/** Reads the command line. @throws {TypeError} for an unknown option. */
export function readOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      people: { type: 'string', default: '10000' },
      connections: { type: 'string', default: '16' },
      requests: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '3' },
      members: { type: 'string', default: '10000' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    people: Number(values.people),
    connections: Number(values.connections),
    requests: Number(values.requests),
    rounds: Number(values.rounds),
    members: Number(values.members),
    json: values.json,
  };
}
