import type { ScimServerOptions } from '../http/support/scim-server.ts';
import type { Scim } from './scim.ts';

/** How binding a sentence of an RFC is (RFC 2119). SHALL and REQUIRED are MUST, RECOMMENDED is SHOULD, OPTIONAL is MAY. */
export type Level = 'MUST' | 'SHOULD' | 'MAY';

/** Whether the server does what the RFC says. `different` and `not offered` have a sentence about what the server does instead. */
export type Stance =
  | { readonly is: 'holds' }
  | { readonly is: 'differs'; readonly instead: string }
  | { readonly is: 'not offered'; readonly instead: string };

/** A row of `docs/scim.md`: the requirement of the RFC, and how the server meets it. Plain data for JSON reports. */
export interface Row {
  /** `RFC 7644 §3.5.2.2`. */
  readonly section: string;
  readonly level: Level;
  /** The requirement in our words, as one sentence without a full stop; unique within its section. */
  readonly text: string;
  readonly stance: Stance;
}

/** A row with the test that proves it: `prove` gets a separate server, and throws if the row is not true. */
export interface Requirement extends Row {
  readonly options: ScimServerOptions;
  prove(scim: Scim): Promise<void>;
}

/** Requirements about one thing, from one file of `chapters/`. */
export interface Chapter {
  /** The heading in the table. */
  readonly title: string;
  /** Name of the file in `chapters/`, without extension. */
  readonly file: string;
  readonly requirements: readonly Requirement[];
}

type Prove = Requirement['prove'];

/** Something that an RFC requires and the server does. */
export function must(section: string, text: string, prove: Prove, options: ScimServerOptions = {}): Requirement {
  return { section, level: 'MUST', text, stance: { is: 'holds' }, options, prove };
}

/** Something that an RFC recommends and the server does. */
export function should(section: string, text: string, prove: Prove, options: ScimServerOptions = {}): Requirement {
  return { ...must(section, text, prove, options), level: 'SHOULD' };
}

/** Something that an RFC leaves open and the server does. */
export function may(section: string, text: string, prove: Prove, options: ScimServerOptions = {}): Requirement {
  return { ...must(section, text, prove, options), level: 'MAY' };
}

/** The same row for a deliberate difference: `instead` explains what the server does and why; the test checks this behaviour. */
export function differs(row: Requirement, instead: string): Requirement {
  return { ...row, stance: { is: 'differs', instead } };
}

/** The same row for a feature that the server does not offer: `instead` is what a client gets, and the test checks that. */
export function notOffered(row: Requirement, instead: string): Requirement {
  return { ...row, stance: { is: 'not offered', instead } };
}
