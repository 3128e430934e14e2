import type { ByteRange } from '../../platform/storage/index.js';

/**
 * What a `Range` header asks for of a file. Undefined is all of it: there is none, it makes no sense, or it asks for several ranges, which
 * nobody has to serve. `beyond` is one that the file has nothing of.
 */
export function toByteRange(header: string | undefined, size: number): ByteRange | 'beyond' | undefined {
  const [matched, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (matched === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const bytes = Math.min(Number(last), size);
    return bytes === 0 ? 'beyond' : { start: size - bytes, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'beyond' : { start, end };
}

/** Whether one of the tags of an `If-None-Match` is this one. */
export function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
