// Types of the report of `why`.
import type { Story } from '../../outbound/story/story.ts';
import type { PersonLabel } from './person-label.ts';

/** The explanation of one person at every Target. */
export interface WhyReport {
  /** The people that match the text. Only a single match has Stories; none and several are normal results. */
  readonly people: readonly PersonLabel[];
  /** A sentence about what was received for the person, or that nothing was received. */
  readonly arrival: string;
  /** If no person matches: people with similar names or keys, at most 3. */
  readonly similar?: readonly PersonLabel[];
  readonly stories: readonly Story[];
  /** Targets without an explanation, with the reason as a sentence without a full stop. */
  readonly untold: readonly { readonly target: string; readonly why: string }[];
}
