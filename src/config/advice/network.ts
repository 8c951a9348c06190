// Interfaces that cannot be made as they are written, and namespaces that another line decides about.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { allOf, type ConfigSetting } from '../setting.ts';

/** Types that are made on an interface of the host, or are one: LXC refuses to start without its name. A veth without one is joined to nothing. */
const ON_A_LINK: ReadonlySet<string> = new Set(['macvlan', 'ipvlan', 'vlan', 'phys']);

export function missingLinks(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  const set = new Set(settings.map(({ key }) => key));
  return allOf(settings, 'lxc.net.N.type', 'text').flatMap(({ key, parsed, why }) => {
    const link = key.replace(/type$/, 'link');
    return !ON_A_LINK.has(parsed.value) || set.has(link) ? [] : [diagnostic('HF620', { key, type: parsed.value, link }, why)];
  });
}

const SHARE = 'lxc.namespace.share.';

/** LXC joins a namespace that is shared whatever lxc.namespace.clone and .keep say of it, and makes no interfaces in one that it joins. */
export function sharedNamespaces(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  const shared = new Set(settings.filter(({ entry }) => entry.name === SHARE).map(({ rest }) => rest));
  if (shared.size === 0) return [];
  const idle = (key: string, namespace: string, also: string, why: ConfigSetting['why']) =>
    diagnostic('HF601', { key, reason: `${SHARE}${namespace} joins another's ${namespace} namespace${also}`, remedy: 'remove one of the two' }, why);
  const named = [...allOf(settings, 'lxc.namespace.clone', 'namespaces'), ...allOf(settings, 'lxc.namespace.keep', 'namespaces')];
  const interfaces = shared.has('net') ? allOf(settings, 'lxc.net.N.type', 'text') : [];
  return [
    ...interfaces.map(({ key, why }) => idle(key, 'net', ' as it is, and no interface is made in it', why)),
    ...named.flatMap(({ key, parsed }) =>
      parsed.names.filter(({ value }) => shared.has(value)).map(({ value, why }) => idle(`${key} = ${value}`, value, ' all the same', why)),
    ),
  ];
}
