import type { ScimServerOptions } from '../http/support/scim-server.ts';
import type { Scim } from './scim.ts';

/** How binding a sentence of an RFC is (RFC 2119). SHALL and REQUIRED are MUST, RECOMMENDED is SHOULD, OPTIONAL is MAY. */
export type Level = 'MUST' | 'SHOULD' | 'MAY';

/** Whether we do what the RFC says. The other two carry a sentence about what is done in its place. */
export type Stance =
  | { readonly is: 'holds' }
  | { readonly is: 'differs'; readonly instead: string }
  | { readonly is: 'not offered'; readonly instead: string };

/** A row of `docs/scim.md`: what the RFC asks, and our answer to it. Plain data, so that a report can carry it. */
export interface Row {
  /** `RFC 7644 §3.5.2.2`. */
  readonly section: string;
  readonly level: Level;
  /** In our own words, one sentence without a full stop; unique within its section. */
  readonly text: string;
  readonly stance: Stance;
}

/** A row with the test that proves it: `prove` gets a server of its own and throws when the row is not true. */
export interface Requirement extends Row {
  readonly options: ScimServerOptions;
  prove(scim: Scim): Promise<void>;
}

/** Requirements about one thing, from one file of `chapters/`. */
export interface Chapter {
  /** The heading in the table. */
  readonly title: string;
  /** Name of the file in `chapters/`, without its ending. */
  readonly file: string;
  readonly requirements: readonly Requirement[];
}

type Prove = Requirement['prove'];

/** Something that an RFC demands, and that we do. */
export function must(section: string, text: string, prove: Prove, options: ScimServerOptions = {}): Requirement {
  return { section, level: 'MUST', text, stance: { is: 'holds' }, options, prove };
}

/** Something that an RFC recommends, and that we do. */
export function should(section: string, text: string, prove: Prove, options: ScimServerOptions = {}): Requirement {
  return { ...must(section, text, prove, options), level: 'SHOULD' };
}

/** Something that an RFC leaves open, and that we do. */
export function may(section: string, text: string, prove: Prove, options: ScimServerOptions = {}): Requirement {
  return { ...must(section, text, prove, options), level: 'MAY' };
}

/** The same row for a deliberate difference: `instead` says what and why; the test pins what we do. */
export function differs(row: Requirement, instead: string): Requirement {
  return { ...row, stance: { is: 'differs', instead } };
}

/** The same row for a feature that we do not offer: `instead` says what a client gets, and the test checks that. */
export function notOffered(row: Requirement, instead: string): Requirement {
  return { ...row, stance: { is: 'not offered', instead } };
}
