// Diagnostics of SELinux (controls/selinux/, runtime/selinux/): HF570 to HF589.

import type { CodeEntry } from '../codes.ts';

export const SELINUX_CODES = {
  HF570: {
    severity: 'error',
    message: "'{value}' is no SELinux context: {problem}",
    help: "write user:role:type:level, e.g. system_u:system_r:container_t:s0:c1,c2 ('unconfined_t' alone is none; holdfast.selinux.context = auto finds one)",
  },
  HF571: {
    severity: 'error',
    message: 'the loaded SELinux policy has no context {context}: {problem}',
    help: '{remedy}',
  },
  HF572: {
    severity: 'info',
    message: '{context} holds, so none is chosen for holdfast.selinux.context',
    help: 'remove one of the two lines; LXC reads lxc.selinux.context only',
  },
  HF573: {
    severity: 'error',
    message: 'the container cannot be given an SELinux context of its own: {reason}',
    help: '{remedy}',
  },
  HF574: {
    severity: 'info',
    message: 'a start would give it the SELinux context {context}, for good',
    help: 'holdfast selinux show shows who has which',
  },
  HF575: {
    severity: 'error',
    message: 'the loaded SELinux policy does not let {source} {permissions} ({class}) {target}, which {purpose}',
    help: 'load a module with (allow {sourceType} {targetType} ({class} ({permissions}))): semodule -i FILE.cil; if it has that rule, a constraint on roles or categories forbids it',
  },
  HF576: {
    severity: 'error',
    message: 'the SELinux policy does not let {source} use {what}, which is labelled {target}: {permissions} ({class}), which {purpose}',
    help: '{remedy}',
  },
  HF577: {
    severity: 'error',
    message: 'with lxc.no_new_privs the context {context} cannot be entered: the loaded SELinux policy was made without nnp_nosuid_transition',
    help: 'load a policy with (policycap nnp_nosuid_transition), or remove one of the two lines',
  },
  HF578: {
    severity: 'warning',
    message: "the SELinux policy does not let {source} use the caller's descriptors, so what it reads and writes there is lost",
    help: 'load a module with (allow {sourceType} {targetType} (fd (use))), or start it in the background',
  },
  HF579: {
    severity: 'warning',
    message: 'nothing is known of the files of {type}, so the file systems that are made for the container keep the labels of the policy',
    help: 'name their type: holdfast.selinux.files = TYPE, or none to leave them',
  },
  HF580: {
    severity: 'error',
    message: '{one} and {other} have the same SELinux categories ({categories}): each reaches what is the other’s',
    help: "give one of them other categories, or 'holdfast.selinux.context = auto' to both",
  },
  HF581: {
    severity: 'warning',
    message: '{one} has all SELinux categories of {other} ({categories}) and reaches what is its own',
    help: 'give {one} two categories of its own',
  },
  HF582: {
    severity: 'info',
    message: 'the SELinux categories {categories} were given to {name}, whose configuration {config} is gone',
    help: 'holdfast selinux release {name} gives them back, once no file is labelled with them any more',
  },
  HF583: {
    severity: 'info',
    message: "the SELinux policy does not let {source} {permissions} pipes of {target}: what a command inside writes to one of the caller's is lost",
    help: 'start it from a shell without categories (runcon -l s0), or load a module with (allow {sourceType} {targetType} (fifo_file ({permissions})))',
  },
} as const satisfies Record<string, CodeEntry>;
