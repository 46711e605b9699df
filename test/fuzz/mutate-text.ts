import type { Chance } from './chance.ts';

/** Texts that are difficult for parsers of filters, paths, names and URLs. */
const pieces = [
  ' and ', ' or ', ' not ', 'not (', '(', ')', '((((((((((', '[', ']', '[[', '"', '""', '\\', '\\"', '\\u0000', '\\ud800', ' eq ', ' pr', ' co ', ' sw ', ' ge ',
  ' eq null', ' eq true', ' eq 1e999', ' eq -0', ' eq "2026-13-45T99:99:99Z"', '.', '..', '...', ',', ':', ';', '%', '%00', '%2e%2e%2f', '/', '//', '/../', '?', '&', '=', '#', '+', '*',
  '$ref', 'urn:', 'urn:ietf:params:scim:schemas:core:2.0:User:', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty',
  'members', 'members.value', 'members[value eq "x"]', 'emails[type eq "work"].value', 'meta.lastModified', 'schemas', 'id', 'userName', 'password', 'groups.display', 'name.familyName',
  '\u0000', '\u0001', '\t', '\n', '\r\n', '\u00a0', '\u200b', '\u202e', '\ufeff', '\ufffd', '\ufffe', '\u0130', 'ß', 'ſ', 'K', 'e\u0301', '\ud83d\ude00', '\ud800', '\udc00', 'Ａ', '\u2028',
  "'", "' or 1=1 --", '; drop table persons', '${x}', '{{x}}', '<script>', '-1', '0', '1e400', '9007199254740993', '99999999999999999999999', 'NaN', 'true', 'null', 'undefined',
]; // prettier-ignore

/** A text with one to four mutations. It may grow to some ten thousand characters, and may contain invalid UTF-16. */
export function mutateText(text: string, chance: Chance): string {
  let result = text.slice(0, 20_000);
  for (let times = 1 + chance.below(4); times > 0; times -= 1) result = mutateOnce(result, chance);
  return result;
}

function mutateOnce(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  const to = Math.min(text.length, at + 1 + chance.below(6));
  const [before, cut, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)];
  switch (chance.weighted({ insert: 6, remove: 2, replace: 3, repeat: 1, case: 1, cut: 1, nest: 0.4, long: 0.2, swap: 1 })) {
    case 'insert':
      return before + chance.of(pieces) + cut + after;
    case 'remove':
      return before + after;
    case 'replace':
      return before + chance.of(pieces) + after;
    case 'repeat':
      return before + cut.repeat(2 + chance.below(8)) + after;
    case 'case':
      return chance.in(0.5) ? text.toUpperCase() : text.toLowerCase();
    case 'cut':
      return chance.in(0.5) ? before : cut + after;
    case 'nest':
      return nest(text, 1 + chance.below(120), chance);
    case 'long':
      return before + chance.of(pieces).repeat(200 + chance.below(1500)) + after;
    case 'swap':
      return after + before + cut;
  }
}

function nest(text: string, depth: number, chance: Chance): string {
  const [open, close] = chance.of([
    ['(', ')'],
    ['not (', ')'],
    ['emails[', ']'],
    ['(userName pr and (', '))'],
  ] as const);
  return open.repeat(depth) + text + close.repeat(chance.in(0.8) ? depth : chance.below(depth));
}
