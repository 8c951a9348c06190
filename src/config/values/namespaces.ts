// lxc.namespace.clone and .keep: names as in /proc/PID/ns. The manual's own example writes `mount`, which LXC refuses.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import { type Namespace, NAMESPACES } from '../../model/spec.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { guess, wordsOf } from './refuse.ts';

const LONG_NAMES: Readonly<Record<string, Namespace>> = { mount: 'mnt', network: 'net', utsname: 'uts' };

export function parseNamespaces(value: ValueText, report: Report): Value {
  const names: Setting<Namespace>[] = [];
  let valid = true;
  for (const { value: word, why } of wordsOf(value)) {
    const name = word.toLowerCase();
    const short = namespaceNamed(name);
    const long = Object.hasOwn(LONG_NAMES, name) ? LONG_NAMES[name] : undefined;
    if (short) names.push({ value: short, why });
    else if (long) {
      report(diagnostic('HF126', { key: value.key, name: word, real: long }, why));
      names.push({ value: long, why });
    } else {
      valid = false;
      const suggestion = guess(word, NAMESPACES) || `there are ${NAMESPACES.join(', ')}`;
      if (!report(diagnostic('HF125', { key: value.key, name: word, suggestion }, why))) break;
    }
  }
  return valid ? { kind: 'namespaces', names } : { kind: 'invalid' };
}

/** The namespace of that name, if there is one. */
export function namespaceNamed(name: string): Namespace | undefined {
  return NAMESPACES.find((one) => one === name);
}
