export function lazyBody(bundle: string, answers: Readonly<Record<string, string>>): string;
export function bodyOf(file: string): string;
export function mapOf(file: string, bundleMap: string): string;
export function codePath(file: string): string;
export function markOf(code: string): string;
export function linesBeforeBody(file: string): number;
