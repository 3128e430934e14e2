import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PDFDocument, PDFFont } from '@cantoo/pdf-lib';
import type * as Fontkit from '@pdf-lib/fontkit';

const faces = { regular: 'DejaVuSans', bold: 'DejaVuSans-Bold' } as const;

export type Fonts = Readonly<Record<keyof typeof faces, PDFFont>>;

/** Puts the fonts into a document, of which it keeps the characters that are written with them. Latin, Greek, Cyrillic, Arabic, Hebrew and more. */
export async function embedFonts(document: PDFDocument): Promise<Fonts> {
  document.registerFontkit(withStreams((await import('@pdf-lib/fontkit')).default));
  const embed = async (name: string) => {
    const file = fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
    // A font of a part of its characters is named by six capitals before its own; ours, not random ones, so that the file is always the same.
    return document.embedFont(await readFile(file), { subset: true, customName: `BURSAR+${name}` });
  };
  return { regular: await embed(faces.regular), bold: await embed(faces.bold) };
}

/** pdf-lib takes a subset's `encode` for that of later versions of fontkit, which needs no stream to write to; of ours it is to use the other. */
function withStreams(fontkit: Pick<typeof Fontkit, 'create'>): Pick<typeof Fontkit, 'create'> {
  return {
    create: (bytes, name) => {
      const font = fontkit.create(bytes, name);
      const createSubset = font.createSubset.bind(font);
      font.createSubset = () => {
        const subset = createSubset();
        return { includeGlyph: (glyph) => subset.includeGlyph(glyph), encodeStream: () => subset.encodeStream() };
      };
      return font;
    },
  };
}
