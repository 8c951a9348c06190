// A line of fstab(5) with LXC's own options: optional, create=dir|file, relative, idmap=. LXC looks for them anywhere in the
// text, so that `rootcontext=` is read as `ro`; here an option is a whole word between commas.

import { diagnostic } from '../../model/diagnostic.ts';
import type { FstabLine, Report, ValueText } from '../value.ts';
import { simplifyPath } from '../paths.ts';
import type { MountIdmap } from '../../model/spec.ts';
import { parseMountIdmap } from './mount-idmap.ts';
import { refusal, type Word, wordsOf } from './refuse.ts';

/** The line's parts, or null after a report. */
export function parseFstabLine(value: ValueText, report: Report): FstabLine | null {
  const wrong = (reason: string, word?: Word): null => {
    report(diagnostic('HF128', { value: value.text, reason }, word?.why ?? value.at()));
    return null;
  };
  const words = wordsOf(value);
  const [source, target, fstype, options] = words;
  if (!source || !target || !fstype) return wrong(`it has ${words.length} of the fields source, target and type`);
  if (words.length > 6) return wrong("there is more behind the sixth field; a space in a name is '\\040'", words[6]);
  const number = words.slice(4).find((word) => !/^\d+$/.test(word.value));
  if (number) return wrong(`'${number.value}' is in the place of a number`, number);
  const path = simplifyPath(unescape(target.value));
  if (path === '.' || path === '/') return wrong("its target is the container's root itself", target);

  const own = { optional: false, create: null as 'dir' | 'file' | null };
  const unenforced: string[] = [];
  const left: string[] = [];
  let idmap: MountIdmap | undefined;
  let offset = options?.offset ?? 0;
  let valid = true;
  for (const word of options?.value.split(',') ?? []) {
    const mapped = parseMountIdmap(value, { text: word, offset }, report);
    if (mapped === null) valid = false;
    else if (mapped !== undefined) idmap = mapped;
    else if (word === 'optional') own.optional = true;
    else if (word === 'create=dir') own.create = 'dir';
    else if (word === 'create=file') own.create = 'file';
    else if (word === 'relative') unenforced.push(word);
    else if (/^create(=|$)/.test(word)) {
      valid = false;
      if (!report(refusal(value, "'create=dir' or 'create=file'", '', { text: word, offset }))) break;
    } else if (word !== '') left.push(unescape(word));
    offset += word.length + 1;
  }
  return valid
    ? { source: unescape(source.value), target: path, fstype: fstype.value, options: left, ...own, ...(idmap === undefined ? {} : { idmap }), unenforced }
    : null;
}

/** getmntent(3): a space, tab, newline or backslash is written as three octal digits. */
export function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (whole, digits: string) => {
    const code = Number.parseInt(digits, 8);
    return code > 0 && code < 0x80 ? String.fromCharCode(code) : whole;
  });
}
