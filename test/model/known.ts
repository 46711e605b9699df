import type { Failure } from './failure.ts';
import type { History } from './steps.ts';

/** A defect that is known and not repaired yet: what it looks like. */
interface KnownDefect {
  readonly is: string;
  readonly explains: (failure: Failure, history: History) => boolean;
}

/** Defects that are being repaired. Remove each entry with its repair. */
const known: readonly KnownDefect[] = [
  {
    is: 'an update gives a record the e-mail of another person who is there (only creates look for that)',
    explains: ({ check }, { steps }) =>
      check === 'shared' &&
      steps.some(({ act }) => act.do === 'swap' || (act.do === 'email' && (typeof act.to === 'number' || act.to === 'own'))),
  },
];

/** The known defect that a failure is explained by, or `undefined`. */
export function explainKnown(failure: Failure, history: History): string | undefined {
  return known.find((defect) => defect.explains(failure, history))?.is;
}
