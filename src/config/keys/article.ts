// All that a row of the table says, in words: the help of a key and its section in the page of documentation.

import type { KeyEntry } from './entry.ts';
import { grammarText } from './grammar-text.ts';
import { OLD_NETWORK_NAMES } from './network.ts';

export interface KeyArticle {
  /** As it is written; a family ends with NAME. */
  readonly title: string;
  readonly doc: string;
  readonly facts: readonly Fact[];
}

/** `code`: texts that are written so in a configuration. */
export interface Fact {
  readonly about: string;
  readonly text: string;
  readonly code?: readonly string[];
}

/** Longer examples say nothing to a reader. */
const SHORT = 48;

export function keyArticle(entry: KeyEntry): KeyArticle {
  const { form, valid, malformed } = grammarText(entry.grammar);
  const examples = valid.filter((text) => text !== '' && text !== 'any text' && text.length <= SHORT).slice(0, 3);
  const wrong = malformed.map(({ text }) => text).filter((text) => text.length <= SHORT);
  const { security, changed, absent } = entry;
  return {
    title: titleOf(entry),
    doc: entry.doc,
    facts: [
      { about: 'value', text: form },
      ...(entry.grammar.kind === 'choice' || examples.length === 0 ? [] : [{ about: 'for example', text: '', code: examples }]),
      ...(wrong.length === 0 ? [] : [{ about: 'refused', text: '', code: wrong.slice(0, 3) }]),
      ...(absent === undefined ? [] : [{ about: 'without it', text: absent }]),
      ...(entry.grammar.kind === 'clear'
        ? []
        : [
            { about: 'several lines', text: repeatText(entry) },
            { about: 'empty value', text: emptyText(entry) },
          ]),
      { about: 'in LXC', text: generationText(entry) },
      ...(changed === undefined ? [] : [{ about: 'changed', text: changed }]),
      ...(security?.closes === undefined ? [] : [{ about: 'closes', text: security.closes }]),
      ...(security?.opens === undefined ? [] : [{ about: 'opens', text: security.opens }]),
      { about: 'in Holdfast', text: effectText(entry) },
    ],
  };
}

/** How a row is called where it is written about. */
export function titleOf({ name }: Pick<KeyEntry, 'name'>): string {
  return name.endsWith('.') ? `${name}NAME` : name;
}

/** Its names before LXC 2.1, interfaces included. */
export function oldNames({ name, old = [], since = '1.0' }: KeyEntry): readonly string[] {
  const sub = /^lxc\.net\.N\.(.+)$/.exec(name)?.[1];
  if (sub === undefined || since !== '1.0') return old.map((one) => titleOf({ name: one }));
  const before = Object.entries(OLD_NETWORK_NAMES).find(([, today]) => today === sub)?.[0] ?? sub;
  return [`lxc.network.${before}`, `lxc.network.N.${before}`];
}

function repeatText({ repeat, name, slot }: KeyEntry): string {
  const each = name.endsWith('.') ? ' of the same name' : '';
  const texts = { overwrite: `the last one${each} holds`, append: 'all hold', merge: 'they are merged word by word' } as const;
  return slot === undefined ? texts[repeat] : `${texts[repeat]}; ${slot}.drop and ${slot}.keep clear each other`;
}

function emptyText({ empty, repeat }: KeyEntry): string {
  if (empty === 'refused') return 'refused';
  if (empty !== 'clear') return `the same as ${empty.value}`;
  return repeat === 'overwrite' ? 'as if no line before had set it' : 'forgets the lines before';
}

function generationText(entry: KeyEntry): string {
  if (entry.name.startsWith('holdfast.')) return 'none: LXC skips the line';
  const { since, until } = entry;
  const span = since === undefined ? 'from 1.0 on' : since.startsWith('after') ? since : `from ${since} on`;
  const end = until === undefined ? '' : `, refused by ${until} and later`;
  const old = oldNames(entry);
  return `${span}${end}${old.length === 0 ? '' : `; until 2.0 called ${old.join(' or ')}, a name that 2.1 still takes and 3.0 refuses`}`;
}

function effectText({ effect }: KeyEntry): string {
  switch (effect.kind) {
    case 'enforced':
      return 'enforced';
    case 'unenforced':
      return `read, not enforced: nothing is started${effect.nothing === undefined ? '' : ` unless it is ${effect.nothing.join(' or ')}`}, or holdfast.allow_missing names it`;
    case 'silent':
      return 'read for other commands and keys';
    case 'note':
      return `without effect: ${effect.reason}`;
  }
}
