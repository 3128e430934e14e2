import { fileTypeFromBuffer, supportedMimeTypes } from 'file-type';
import { DomainError } from '../../platform/errors/index.js';
import { ContentProblems } from './content.problems.js';

/** So many bytes at the beginning of a file tell what it is. */
export const TELLING_BYTES = 4_100;

/** Found in the bytes, and as good as the type that was said: sound in a container that could hold pictures as well, and Apple's own names. */
const asGoodAs: Readonly<Record<string, readonly string[]>> = {
  'video/mp4': ['video/x-m4v'],
  'audio/mp4': ['video/mp4', 'audio/x-m4a', 'audio/m4a'],
  'image/png': ['image/apng'],
};

/**
 * Holds the beginning of a file against what it is said to be.
 * @throws ContentProblems.typeMismatch
 */
export async function checkMediaType(head: Buffer, said: string): Promise<void> {
  if (await fits(head, said)) return;
  throw new DomainError(ContentProblems.typeMismatch);
}

async function fits(head: Buffer, said: string): Promise<boolean> {
  if (said.startsWith('text/')) return isText(head);
  const found: string | undefined = (await fileTypeFromBuffer(head))?.mime;
  if (found !== undefined) return found === said || asGoodAs[said]?.includes(found) === true;
  // A type that an operator takes and that nothing in the bytes tells.
  return !new Set<string>(supportedMimeTypes).has(said);
}

/** UTF-8 without control characters other than those of lines and pages. The last character may have been cut in two. */
function isText(head: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return !/[\u0000-\u0008\u000b\u000e-\u001f]/.test(text);
  } catch {
    return false;
  }
}
