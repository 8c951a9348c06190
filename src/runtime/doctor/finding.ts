// One line of the table: what was looked at, and either that it is fine or what is wrong.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/codes.ts';

export interface Finding {
  readonly topic: string;
  /** What is there, where nothing is wrong with it. */
  readonly fine: string;
  readonly wrong: Diagnostic | null;
}

export const fine = (topic: string, text: string): Finding => ({ topic, fine: text, wrong: null });
export const wrong = (topic: string, code: DiagnosticCode, data: Record<string, string>): Finding => ({ topic, fine: '', wrong: diagnostic(code, data) });
