// What `why` reports.
import type { Story } from '../../outbound/story/story.ts';
import type { PersonLabel } from './person-label.ts';

/** The explanation of one person at every Target. */
export interface WhyReport {
  /** Whom the text can mean: exactly one gives Stories; none and several are answers too. */
  readonly people: readonly PersonLabel[];
  /** What came in, or that nothing did. */
  readonly arrival: string;
  readonly stories: readonly Story[];
  /** Targets that cannot tell, with the reason as a sentence without a full stop. */
  readonly untold: readonly { readonly target: string; readonly why: string }[];
}
