// The language of ruleset files (holdfast.landlock = FILE): a line is a word and what it is about; `#` begins a comment.
//
//   abi 4                       the version of Landlock that it needs at least
//   read / -/opt                files, directories and programs below; `-` in front: it need not be there
//   write /var /tmp             read, write, make and remove; no device nodes
//   use /dev/fuse               a device: read, write, ioctl
//   allow make_char,make_block /dev
//   bind 80 443                 TCP ports; 'bind none' for no port at all
//   connect 5432
//   scope signal abstract-unix-socket

import { FS_RIGHTS, type FsRight, NET_RIGHTS, type NetRight, NEWEST_ABI, SCOPES, type Scope } from '../../kernel/landlock.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { PathRule, PortRule, Ruleset } from '../../model/landlock.ts';
import type { Span } from '../../model/origin.ts';
import { DEVICE, READ, WRITE } from './ruleset.ts';

export interface ParsedRuleset {
  /** `abi` is the least that the text needs. */
  readonly ruleset: Ruleset;
  readonly diagnostics: readonly Diagnostic[];
}

type Complain = (problem: string, word: string) => void;

const MOST_PORTS = 65535;
const PATH_WORDS = { read: READ, write: WRITE, use: DEVICE };
const WORDS = 'abi, read, write, use, allow, bind, connect, scope';

const isKey = <T extends object>(table: T, word: string): word is keyof T & string => Object.hasOwn(table, word);

/** All rules, and every fault at its place: a faulty ruleset is used for nothing. */
export function parseRuleset(text: string, file: string): ParsedRuleset {
  const diagnostics: Diagnostic[] = [];
  const paths: PathRule[] = [];
  const ports: PortRule[] = [];
  const network = new Set<NetRight>();
  const scopes = new Set<Scope>();
  let abi = 1;
  const need = (version: number) => {
    abi = Math.max(abi, version);
  };

  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const [word, ...rest] = whole.replace(/#.*/, '').trim().split(/\s+/);
    if (word === undefined || word === '') continue;
    const complain: Complain = (problem, about) => {
      diagnostics.push(diagnostic('HF280', { problem }, spanOf(file, index, whole, about)));
    };
    if (rest.length === 0) complain(`'${word}' says nothing about what`, word);
    else if (word === 'abi') {
      if (rest.length === 1 && Number(rest[0]) >= 1 && Number(rest[0]) <= NEWEST_ABI) need(Number(rest[0]));
      else complain(`'${rest.join(' ')}' is no version of Landlock that is known here (1 to ${NEWEST_ABI})`, rest[0] ?? word);
    } else if (isKey(PATH_WORDS, word)) paths.push(...pathRules(rest, PATH_WORDS[word], complain));
    else if (word === 'allow') {
      const [names = '', ...where] = rest;
      if (where.length === 0) complain("'allow' takes rights and paths", names);
      else paths.push(...pathRules(where, rightsNamed(names, complain), complain));
    } else if (isKey(NET_RIGHTS, word)) {
      network.add(word);
      need(NET_RIGHTS[word].abi);
      ports.push(...portRules(rest, word, complain));
    } else if (word === 'scope') {
      for (const name of rest) {
        if (!isKey(SCOPES, name)) complain(`'${name}' is no scope: there are ${Object.keys(SCOPES).join(', ')}`, name);
        else {
          scopes.add(name);
          need(SCOPES[name].abi);
        }
      }
    } else complain(`'${word}' is no word of this language: ${WORDS}`, word);
  }
  if (paths.length === 0 && diagnostics.length === 0) {
    diagnostics.push(diagnostic('HF280', { problem: 'it grants nothing: not even init could be executed' }, spanOf(file, 0, '', '')));
  }
  return { ruleset: { abi, paths, ports, network: [...network], scopes: [...scopes] }, diagnostics };
}

function spanOf(file: string, index: number, line: string, word: string): Span {
  return { file, line: index + 1, column: Math.max(line.indexOf(word), 0) + 1, length: Math.max(word.length, 1) };
}

function pathRules(words: readonly string[], rights: readonly FsRight[], complain: Complain): readonly PathRule[] {
  return words.flatMap((word) => {
    const optional = word.startsWith('-');
    const path = optional ? word.slice(1) : word;
    if (!path.startsWith('/')) complain(`'${word}' is no path from / on`, word);
    else if (path.split('/').includes('..')) complain(`'${word}' leads upwards`, word);
    else return [{ path, rights, optional }];
    return [];
  });
}

function rightsNamed(names: string, complain: Complain): readonly FsRight[] {
  return names.split(',').flatMap((name) => {
    if (isKey(FS_RIGHTS, name)) return [name];
    complain(`'${name}' is no right: there are ${Object.keys(FS_RIGHTS).join(', ')}`, name === '' ? names : name);
    return [];
  });
}

function portRules(words: readonly string[], right: NetRight, complain: Complain): readonly PortRule[] {
  if (words.length === 1 && words[0] === 'none') return [];
  return words.flatMap((word) => {
    const port = /^\d{1,5}$/.test(word) ? Number(word) : Number.NaN;
    if (port <= MOST_PORTS) return [{ port, rights: [right] }];
    complain(`'${word}' is no TCP port (0 to ${MOST_PORTS}; 'none' alone for no port at all)`, word);
    return [];
  });
}
