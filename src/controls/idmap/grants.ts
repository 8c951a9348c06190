// May an ordinary user have this map? newuidmap(1) answers by /etc/subuid; here it is answered before, with the line to add.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Setting } from '../../model/origin.ts';
import type { IdRange } from '../../model/spec.ts';
import { grants, type IdKind, ownId, writerOf } from './effective.ts';
import { covers, rangeText } from './ranges.ts';
import { grantFile, helperName, kindName } from './words.ts';

/** The helper maps the caller's own id without a grant, and nothing else. */
function isGranted(host: HostFacts, { kind, outside, count }: IdRange): boolean {
  return (count === 1 && outside === ownId(host, kind)) || covers(grants(host, kind).ranges, outside, count);
}

/** The lines of the grant file that are about this user and malformed. */
export function faultFindings(host: HostFacts, kind: IdKind, code: 'HF380' | 'HF381'): readonly Diagnostic[] {
  return host.subIdFaults
    .filter(({ file }) => file === grantFile(kind))
    .map(({ file, line, text, reason }) =>
      diagnostic(
        code,
        { text, reason, kind: kindName(kind), user: host.userName, line: `${host.userName}:100000:65536` },
        { file, line, column: 1, length: text.length },
      ),
    );
}

/** Findings about the ranges of one kind that the helper would have to write. */
export function helperFindings(map: readonly Setting<IdRange>[], kind: IdKind, host: HostFacts): readonly Diagnostic[] {
  const ranges = map.map(({ value }) => value);
  const first = map[0];
  if (first === undefined || writerOf(host, kind, ranges) === 'monitor') return [];
  const program = helperName(kind);
  const absent = grants(host, kind).helper === null;
  const wanted = ranges.map(({ outside, count }) => rangeText(outside, count)).join(', ');
  const fault = host.helperFaults[program];
  const about = { user: host.userName, program, kind: kindName(kind) };
  const helper = absent
    ? [fault === null ? diagnostic('HF327', { ...about, range: wanted }, first.why) : diagnostic('HF385', { ...about, ...fault }, first.why)]
    : [];
  const refused = map.filter(({ value }) => !isGranted(host, value));
  return [
    ...helper,
    ...refused.map(({ value: { outside, count }, why }) => {
      const line = `${host.userName}:${outside}:${count}`;
      const data = { kind: kindName(kind), range: rangeText(outside, count), user: host.userName, line, file: grantFile(kind) };
      return diagnostic('HF326', data, why);
    }),
    ...(refused.length > 0 ? faultFindings(host, kind, 'HF381') : []),
  ];
}
