import type { KindName } from './steps.ts';

/** How a kind of system behaves. */
export interface Kind {
  readonly says: string;
  readonly find: boolean;
  /** A repeated create with the same e-mail makes only one record. */
  readonly repeatable: boolean;
  /** Refuses a second record with the same e-mail; `named`: the response also contains the existing record. */
  readonly unique: boolean;
  readonly named: boolean;
  readonly batchSize: number;
  readonly concurrency: number;
  /** Accepts creates and reports their results later. */
  readonly accepts: boolean;
  /** Time during which a look-up does not find a new record. */
  readonly visibleAfterMs: number;
}

const usual: Kind = {
  says: 'REST with look-up, unique e-mails',
  find: true,
  repeatable: false,
  unique: true,
  named: false,
  batchSize: 1,
  concurrency: 1,
  accepts: false,
  visibleAfterMs: 0,
};

/** The record systems by name; `file` is a full file and has no entry. */
export const kinds: Readonly<Record<Exclude<KindName, 'file'>, Kind>> = {
  'front-desk': usual,
  gate: { ...usual, says: 'REST with look-up, two at a time, takes any e-mail twice', unique: false, concurrency: 2 },
  badges: { ...usual, says: 'REST with look-up in batches of three, names the record in the way', named: true, batchSize: 3 },
  script: { ...usual, says: 'script without look-up, repeatable, batches of three', find: false, repeatable: true, batchSize: 3 },
  blind: { ...usual, says: 'script without look-up, not repeatable', find: false, unique: false },
  late: {
    ...usual,
    says: 'REST with look-up that finds new records after 30 s, takes any e-mail twice',
    unique: false,
    visibleAfterMs: 30_000,
  },
  async: { ...usual, says: 'REST with look-up that answers creates later', accepts: true },
};
