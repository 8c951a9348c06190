// Diagnostics of the controls and the plan (controls/, plan/): HF3xx and HF4xx.

import type { CodeEntry } from '../codes.ts';

export const CONTROL_CODES = {
  HF301: {
    severity: 'error',
    message: "'{key}' is read but cannot be enforced: {reason}",
    help: "{remedy}; to start without it, say so: --allow-missing {key}, or the line 'holdfast.allow_missing = {key}'",
  },
  HF302: {
    severity: 'warning',
    message: "'{key}' is not enforced, as allowed: {reason}",
    help: '',
  },

  // namespaces
  HF303: {
    severity: 'error',
    message: "a container cannot keep the host's mount namespace: its root file system is a mount of its own",
    help: "add 'mnt' to lxc.namespace.clone, or take it out of lxc.namespace.keep",
  },
  HF304: {
    severity: 'error',
    message: "the hostname '{name}' would become the host's: the uts namespace is shared",
    help: "give the container a uts namespace ('uts' in lxc.namespace.clone, not in .keep), or remove lxc.uts.name",
  },
  HF305: {
    severity: 'error',
    message: '{caller} cannot make namespaces without a user namespace, and the configuration keeps the one there is',
    help: "let the container have a user namespace ('user' in lxc.namespace.clone, not in .keep), or start it as root",
  },
  HF306: {
    severity: 'error',
    message: 'user namespaces are forbidden here: {refusal}',
    help: 'let root change that setting, or start the container as root',
  },
  HF307: {
    severity: 'error',
    message: "the hostname '{name}' has {bytes} bytes; the kernel takes 1 to 64",
    help: 'choose another lxc.uts.name',
  },
  HF308: {
    severity: 'error',
    message: 'lxc.idmap asks for mapped ids, but the configuration leaves the container without a user namespace',
    help: "add 'user' to lxc.namespace.clone (take it out of lxc.namespace.keep), or remove lxc.idmap",
  },
  HF309: {
    severity: 'warning',
    message: "root of this container is root of the host, over the host's own files: {reason}",
    help: 'let this machine make user namespaces',
  },

  // id maps
  HF320: {
    severity: 'error',
    message: '{kind} ids {first} and {second} overlap {side} the container',
    help: 'change one of the two lxc.idmap lines: every id may be mapped once',
  },
  HF321: {
    severity: 'error',
    message: '{count} {kind} id ranges; the kernel takes 340',
    help: 'join neighbouring ranges',
  },
  HF322: {
    severity: 'error',
    message: 'the {kind} id map is {bytes} bytes long; the kernel takes one write of at most 4095',
    help: 'join neighbouring ranges',
  },
  HF323: {
    severity: 'error',
    message: "'{range}' is no range of {kind} ids: {reason}",
    help: 'ids go from 0 to 4294967294, and a range has at least one',
  },
  HF324: {
    severity: 'error',
    message: '{present} ids are mapped and {absent} ids are not',
    help: "add a line for them, e.g. 'lxc.idmap = {line}'",
  },
  HF325: {
    severity: 'error',
    message: "{kind} id 0, the container's root, is not mapped",
    help: "add a line that begins with 'lxc.idmap = {letter} 0'",
  },
  HF326: {
    severity: 'error',
    message: '{kind} ids {range} are not granted to {user}',
    help: "add '{line}' to {file}",
  },
  HF327: {
    severity: 'error',
    message: '{user} needs the helper {program} to map {kind} ids {range}, and it is not there or lacks its privilege',
    help: "install the package 'uidmap': apt install uidmap (in other distributions it is part of shadow)",
  },
  HF328: {
    severity: 'error',
    message: "the map gives the container the host's root ({kind} id 0), which takes CAP_SETFCAP, and the caller lacks it",
    help: 'map another range, or start from a session that has the capability',
  },
  HF329: {
    severity: 'warning',
    message: "the map gives the container the host's root ({kind} id 0): over the host's files it is root",
    help: 'map ids nobody else has, e.g. {letter} 0 100000 65536',
  },
  HF330: {
    severity: 'info',
    message: 'the container has one user and one group only, its root, who is {user} outside: {reason}',
    help: "for more ids, install the package 'uidmap' and add '{user}:100000:65536' to /etc/subuid and /etc/subgid",
  },

  // capabilities
  HF340: {
    severity: 'error',
    message: "'{name}' is no capability",
    help: "write a name as in capabilities(7), lower case without 'cap_' (sys_module), or a number",
  },
  HF341: {
    severity: 'info',
    message: 'this kernel has no capability {name}, so there is nothing to drop',
    help: '',
  },
  HF342: {
    severity: 'warning',
    message: 'without an id map root of this container is root of the host, and it keeps {names}',
    help: 'map its ids (lxc.idmap), or drop them (lxc.cap.drop = {drop})',
  },
  HF343: {
    severity: 'warning',
    message: 'init runs as user {uid}, and with lxc.cap.inheritance = 0 begins without any capability: lxc.cap.keep only bounds what setuid programs can gain',
    help: 'remove lxc.cap.inheritance, or write 1',
  },

  // credentials
  HF350: {
    severity: 'error',
    message: '{what} {id} of init is not mapped into the container',
    help: "add a range to lxc.idmap that holds it: '{line}'",
  },
  HF351: {
    severity: 'error',
    message: 'init cannot be given groups {groups}: a map of one own group id forbids setgroups(2)',
    help: 'map a range of group ids granted in /etc/subgid, or remove lxc.init.groups',
  },
  HF352: {
    severity: 'info',
    message: "the container keeps the rights of {user}'s supplementary groups over the host's files: a map of one own group id forbids setgroups(2)",
    help: "install the package 'uidmap' and add '{user}:100000:65536' to /etc/subgid, or leave the groups first",
  },
  HF353: {
    severity: 'warning',
    message: "the container shares the caller's session keyring and can read and use its keys",
    help: "remove the line, or write 'lxc.keyring.session = 1'",
  },

  // limits
  HF360: {
    severity: 'error',
    message: "'{name}' is no resource limit",
    help: 'write one of {names}, or a number',
  },
  HF361: {
    severity: 'error',
    message: "'{key}': the soft limit {soft} is above the hard limit {hard}",
    help: 'write soft:hard, the first not above the second',
  },
  HF362: {
    severity: 'error',
    message: "'{key}' names no file below {directory}: {reason}",
    help: '',
  },
  HF363: {
    severity: 'error',
    message: "'{key}' would change the host: {reason}",
    help: '{remedy}',
  },

  // network
  HF370: {
    severity: 'error',
    message: "lxc.net.{index} asks for a network of its own ('{type}'), but the configuration keeps the host's network namespace",
    help: "add 'net' to lxc.namespace.clone (take it out of lxc.namespace.keep), or write lxc.net.{index}.type = none",
  },
  HF371: {
    severity: 'info',
    message: "the container uses the host's network, its abstract unix sockets included",
    help: 'for a network of its own write lxc.net.0.type = empty',
  },
} as const satisfies Record<string, CodeEntry>;
