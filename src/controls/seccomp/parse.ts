// The text of a policy -> Policy: LXC's language, versions 1 and 2 (lxc.container.conf(5), "SECCOMP CONFIGURATION";
// src/lxc/seccomp.c). What LXC skips with a message in its log is an error here. Blank lines, comments behind a line, tabs,
// names of errnos and the words of verdicts.ts are taken besides.

import { ARGUMENTS } from '../../bpf/seccomp-data.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { ERRNO, type ErrnoName } from '../../kernel/errno.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { INCLUDE, includedPath, type PolicyFile } from '../../model/policy-include.ts';
import { readCondition } from './conditions.ts';
import { suggestion } from './nearest.ts';
import { type Condition, CONVENTIONS, type Native, type Policy, type Rule, type Section, type Verdict } from './policy.ts';
import { SECTION_NAMES, sectionNamed, usualName } from './sections.ts';
import { VERDICT_WORDS, verdictText } from './verdicts.ts';
import { policyLines, type Word } from './words.ts';

export interface ParsedPolicy {
  /** null when it cannot be told what kind of policy it is. Only without errors does it say all that the text says. */
  readonly policy: Policy | null;
  readonly diagnostics: readonly Diagnostic[];
}

type Report = (found: Diagnostic) => void;
type Line = readonly [Word, ...Word[]];

const LISTS: Readonly<Record<string, 'allow' | 'deny'>> = { allowlist: 'allow', whitelist: 'allow', denylist: 'deny', blacklist: 'deny' };
/** LXC's own rule: umount2(2) with MNT_FORCE. */
const REJECT_FORCE_UMOUNT = 'reject_force_umount';
const UMOUNT2_FLAGS = 1;
/** The kernel shortens what is above to this (include/linux/err.h). */
const MAX_ERRNO = 4095;

/** `machine`: whose numbers version 1 has, and on whose conventions a constant must have one value. `included`: files by path. */
export function parsePolicy(text: string, file: string, machine: Native, included: readonly PolicyFile[] = []): ParsedPolicy {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (found) => diagnostics.push(found);
  const policy = readPolicy(policyLines(text, file) as readonly Line[], file, { machine, included, report });
  return { policy, diagnostics };
}

/** What every line is read with. */
interface Reading {
  readonly machine: Native;
  readonly included: readonly PolicyFile[];
  readonly report: Report;
}

function readPolicy(lines: readonly Line[], file: string, reading: Reading): Policy | null {
  const { machine, report } = reading;
  const nowhere: Word = { text: '', span: { file, line: 1, column: 1, length: 0 } };
  const [first = [nowhere] as const, second = [{ ...nowhere, span: { ...first[0].span } }] as const, ...rest] = lines;
  const version = first.length === 1 && (first[0].text === '1' || first[0].text === '2') ? (Number(first[0].text) as 1 | 2) : null;
  if (version === null) {
    report(diagnostic('HF206', { text: lineText(first) }, first[0].span));
    return null;
  }
  const [kind, ...behind] = second;
  const list = Object.hasOwn(LISTS, kind.text) ? LISTS[kind.text] : undefined;
  if (list === undefined || (version === 1 && list === 'deny')) {
    const kinds = version === 1 ? "'allowlist'" : "'allowlist' or 'denylist', and the action for all other calls where it is not the usual one";
    report(diagnostic('HF207', { text: kind.text, version: String(version), kinds }, kind.span));
    return null;
  }
  const usual: Verdict = { kind: list === 'allow' ? 'kill_process' : 'allow' };
  if (version === 1) {
    unexpected(behind, 'version 1 knows no actions: every call that is not listed kills the process', report);
    return { version, list, otherwise: { verdict: usual, span: kind.span }, rules: rest.flatMap((line) => readNumber(line, machine, report)) };
  }
  const { verdict, left } = readVerdict(behind, usual, report);
  unexpected(left, 'the second line ends with the action for all calls that are not listed', report);
  if (list === 'deny' && verdict.kind !== 'allow') report(diagnostic('HF212', { action: verdictText(verdict) }, kind.span));
  return { version, list, otherwise: { verdict, span: kind.span }, rules: readRules(rest, list, reading, [file]) };
}

function readNumber(line: Line, arch: string, report: Report): readonly Rule[] {
  const [{ text, span }, ...more] = line;
  // Above lies the bit that tells x32 from x86_64 (asm/unistd.h).
  if (!/^\d{1,6}$/.test(text) || more.length > 0) {
    report(diagnostic('HF208', { text: lineText(line), arch }, span));
    return [];
  }
  return [{ call: { kind: 'number', number: Number(text) }, section: { kind: 'native' }, verdict: { kind: 'allow' }, conditions: [], span }];
}

/** `open`: the files that are being read, each included by the one before. */
function readRules(lines: readonly Line[], list: 'allow' | 'deny', reading: Reading, open: readonly string[]): readonly Rule[] {
  // LXC begins on x86_64 and arm64 as if [all] had been written.
  let section: Section | null = { kind: 'all' };
  return lines.flatMap((line) => {
    const include = INCLUDE.exec(line[0].text);
    if (include !== null) return readInclude(line, include[1] ?? '', list, reading, open);
    if (line[0].text.startsWith('[')) {
      section = readSection(line, reading.report);
      return [];
    }
    const rule = readRule(line, list, section ?? { kind: 'all' }, reading);
    return rule === null ? [] : [rule];
  });
}

/** The lines of another file, beginning in [all]; behind them the section of this one goes on. */
function readInclude([word, ...more]: Line, name: string, list: 'allow' | 'deny', reading: Reading, open: readonly string[]): readonly Rule[] {
  unexpected(more, 'an include stands alone on its line', reading.report);
  const path = includedPath(name, word.span.file);
  if (open.includes(path)) {
    reading.report(diagnostic('HF235', { chain: [...open.slice(open.indexOf(path)), path].join(' -> ') }, word.span));
    return [];
  }
  const found = reading.included.find((one) => one.path === path);
  // Whoever reads the files has said why one of them is not there.
  return found === undefined ? [] : readRules(policyLines(found.text, path) as readonly Line[], list, reading, [...open, path]);
}

function readSection([{ text, span }, ...more]: Line, report: Report): Section | null {
  unexpected(more, 'a section heading stands alone on its line', report);
  const name = text.endsWith(']') ? text.slice(1, -1).trim() : '';
  const section = sectionNamed(name);
  if (section === null) {
    const usual = usualName(name);
    const help = usual === null ? suggestion(name, SECTION_NAMES, `sections are ${SECTION_NAMES.map((one) => `[${one}]`).join(' ')}`) : `write [${usual}]`;
    report(diagnostic('HF203', { section: text, suggestion: help }, span));
  }
  return section;
}

function readRule([call, ...behind]: Line, list: 'allow' | 'deny', section: Section, { machine, report }: Reading): Rule | null {
  if (call.text === REJECT_FORCE_UMOUNT) {
    unexpected(behind, `${REJECT_FORCE_UMOUNT} stands alone: it refuses umount2 with MNT_FORCE with EACCES`, report);
    const flag = BigInt(CONSTANTS.MNT_FORCE);
    const forced: Condition = { kind: 'masked', argument: UMOUNT2_FLAGS, mask: flag, value: flag };
    const verdict: Verdict = { kind: 'errno', errno: ERRNO.EACCES.number };
    return { call: { kind: 'name', name: 'umount2' }, section, verdict, conditions: [forced], span: call.span };
  }
  const usual: Verdict = { kind: list === 'allow' ? 'allow' : 'kill_process' };
  const { verdict, left } = readVerdict(behind, usual, report);
  const brackets = left.filter(({ text }) => text.startsWith('['));
  unexpected(
    left.filter((word) => !brackets.includes(word)),
    'behind the action of a call stand only conditions in brackets',
    report,
  );
  if (brackets.length > ARGUMENTS) report(diagnostic('HF234', { name: call.text, count: String(brackets.length), most: String(ARGUMENTS) }, call.span));
  const arches = section.kind === 'arch' ? [section.arch] : CONVENTIONS[machine];
  const conditions = brackets.map((one) => readCondition(one, arches));
  for (const found of conditions.flatMap((one) => one.diagnostics)) report(found);
  // A rule with one condition less would be about more calls: it is none.
  if (conditions.some(({ condition }) => condition === null)) return null;
  return {
    call: { kind: 'name', name: call.text },
    section,
    verdict,
    conditions: conditions.flatMap(({ condition }) => condition ?? []),
    span: call.span,
  };
}

/** The action at the beginning of the words, or `usual` when there is none; what stands behind it. */
function readVerdict(words: readonly Word[], usual: Verdict, report: Report): { readonly verdict: Verdict; readonly left: readonly Word[] } {
  const [action, ...left] = words;
  if (action === undefined || action.text.startsWith('[')) return { verdict: usual, left: words };
  if (action.text === 'errno') return { verdict: readErrno(action, left[0], report), left: left.slice(1) };
  const verdict = Object.hasOwn(VERDICT_WORDS, action.text) ? VERDICT_WORDS[action.text] : undefined;
  if (verdict !== undefined) return { verdict, left };
  report(diagnostic('HF202', { action: action.text, actions: [...Object.keys(VERDICT_WORDS), 'errno NUMBER or NAME'].join(', ') }, action.span));
  return { verdict: usual, left };
}

function readErrno(action: Word, word: Word | undefined, report: Report): Verdict {
  const text = word?.text ?? '';
  const named = Object.hasOwn(ERRNO, text) ? ERRNO[text as ErrnoName].number : undefined;
  const errno = named ?? (/^\d{1,4}$/.test(text) ? Number(text) : MAX_ERRNO + 1);
  if (errno <= MAX_ERRNO) return { kind: 'errno', errno };
  const help = suggestion(text, Object.keys(ERRNO), `write a name of errno(3) or a number up to ${MAX_ERRNO}`);
  report(diagnostic('HF204', { errno: text, suggestion: help.replace(/\?$/, '') }, word?.span ?? action.span));
  return { kind: 'errno', errno: ERRNO.EPERM.number };
}

function unexpected(words: readonly Word[], expected: string, report: Report): void {
  const [first] = words;
  if (first !== undefined) report(diagnostic('HF215', { text: lineText(words), expected }, first.span));
}

function lineText(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}
