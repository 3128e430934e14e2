/** What a browser shows by itself and cannot be made to run anything; the rest is downloaded. */
const shown = /^(video\/|audio\/|image\/(?!svg)|application\/pdf$|text\/(plain|markdown)$)/;

/** `Content-Disposition` by RFC 6266: the name as it is, and for old clients what ASCII has of it. */
export function disposition(fileName: string, mediaType: string): string {
  const ascii = fileName.replaceAll(/[^\u0020-\u007e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${shown.test(mediaType) ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
