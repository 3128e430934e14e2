import { PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream, decodePDFRawStream } from '@cantoo/pdf-lib';

export interface ReadPdf {
  readonly pages: number;
  readonly size: [width: number, height: number];
  readonly title?: string;
  /** The texts of the first page, in the order of drawing. */
  readonly texts: string[];
  /** The fonts and how many characters of them are in it. */
  readonly fonts: Record<string, number>;
}

const content = (stream: unknown): string =>
  Buffer.from(decodePDFRawStream(stream as PDFRawStream).decode()).toString('latin1');

/** Reads a PDF as a viewer does: glyphs by the page's content, characters by what each font says that its glyphs stand for. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false });
  const page = document.getPage(0);
  const fonts = page.node.Resources()!.lookup(PDFName.of('Font'), PDFDict);
  const characters = new Map<string, Map<string, string>>();
  const names: Record<string, number> = {};
  for (const [key, reference] of fonts.entries()) {
    const font = document.context.lookup(reference, PDFDict);
    const map = charactersOf(content(font.lookup(PDFName.of('ToUnicode'))));
    characters.set(key.asString(), map);
    names[font.lookup(PDFName.of('BaseFont'), PDFName).asString().slice(1)] = map.size;
  }
  const { width, height } = page.getSize();
  return {
    ...{ pages: document.getPageCount(), size: [width, height], title: document.getTitle(), fonts: names },
    texts: textsOf(contentsOf(page.node.Contents()), characters),
  };
}

function contentsOf(contents: unknown): string {
  if (!(contents instanceof PDFArray)) return content(contents);
  return contents
    .asArray()
    .map((_, index) => content(contents.lookup(index)))
    .join('\n');
}

/** `<0001> <0041>`: the glyph and what it stands for, in UTF-16. */
function charactersOf(cmap: string): Map<string, string> {
  const pairs = [...cmap.matchAll(/<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>/g)];
  return new Map(
    pairs.map(([, glyph, text]) => [glyph!.toUpperCase(), Buffer.from(text!, 'hex').swap16().toString('utf16le')]),
  );
}

function textsOf(drawn: string, characters: Map<string, Map<string, string>>): string[] {
  let font = new Map<string, string>();
  const texts: string[] = [];
  for (const [, name, glyphs] of drawn.matchAll(/(\/\S+)\s+[\d.]+\s+Tf|<([0-9A-Fa-f]+)>\s*Tj/g)) {
    if (name) font = characters.get(name)!;
    else
      texts.push(
        glyphs!
          .match(/.{4}/g)!
          .map((glyph) => font.get(glyph.toUpperCase()) ?? '?')
          .join(''),
      );
  }
  return texts;
}
