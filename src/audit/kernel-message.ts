// A record of /dev/kmsg -> the kernel's own message (Documentation/ABI/testing/dev-kmsg).

export interface KernelMessage {
  readonly sequence: number;
  /** Since the machine booted. */
  readonly microseconds: number;
  readonly text: string;
}

/** `PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,...];TEXT`, and lines behind it that begin with a blank. */
const RECORD = /^(\d+),(\d+),(\d+),[^;]*;(.*)$/;
/** The priority's bits above its level say who wrote it: 0 is the kernel. Nobody else can have that: whoever writes to /dev/kmsg gets another. */
const LEVEL_BITS = 3;

/** Null for what is no record, and for what a program wrote: anybody with the right to write there could make up denials. */
export function parseKernelMessage(record: string): KernelMessage | null {
  const [, priority, sequence, microseconds, text = ''] = RECORD.exec(record.split('\n', 1)[0] ?? '') ?? [];
  if (priority === undefined || Number(priority) >> LEVEL_BITS !== 0) return null;
  return { sequence: Number(sequence), microseconds: Number(microseconds), text: unescaped(text) };
}

/** Bytes that are not printable ASCII, and backslashes, are written `\xHH`. */
function unescaped(text: string): string {
  if (!text.includes('\\x')) return text;
  const bytes = text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
