import type { PDFFont, PDFPage, RGB } from '@cantoo/pdf-lib';
import { embedFonts } from './certificate-fonts.js';
import type { CertificateDto } from './certificates.dto.js';
import { dayInWords } from './day-in-words.js';
import { charactersOf, type FittedText, fitText, LINE } from './fit-text.js';
import { runsOf } from './text-runs.js';

/** A4 across, in points. */
const PAGE = { width: 841.89, height: 595.28 };
const CENTER = PAGE.width / 2;
const WIDEST = 660;

/**
 * A certificate as one page to print. The same certificate is the same file, byte by byte: its dates are the certificate's.
 * The library is read when it is first needed: few processes ever do.
 */
export async function drawCertificate(certificate: CertificateDto): Promise<Uint8Array> {
  const { PDFDocument, rgb } = await import('@cantoo/pdf-lib');
  const document = await PDFDocument.create({ updateMetadata: false });
  const fonts = await embedFonts(document);
  document.setTitle(`Certificate of completion ${certificate.serial}`, { showInWindowTitleBar: true });
  document.setSubject(certificate.courseTitle);
  document.setAuthor(certificate.instructorName);
  document.setCreator('Bursar');
  document.setProducer('Bursar');
  document.setLanguage('en');
  document.setCreationDate(certificate.issuedAt);
  document.setModificationDate(certificate.issuedAt);
  const ink = { dark: rgb(0.12, 0.23, 0.43), plain: rgb(0.25, 0.29, 0.37), gold: rgb(0.72, 0.55, 0.2) };
  const sheet = new Sheet(document.addPage([PAGE.width, PAGE.height]), ink);
  sheet.frame();
  sheet.words(fonts, certificate);
  sheet.seal();
  return document.save();
}

type Fonts = Awaited<ReturnType<typeof embedFonts>>;
type Ink = Readonly<Record<'dark' | 'plain' | 'gold', RGB>>;

class Sheet {
  constructor(
    private readonly page: PDFPage,
    private readonly ink: Ink,
  ) {}

  frame(): void {
    const edges = [
      { inset: 26, borderWidth: 2.5, borderColor: this.ink.dark },
      { inset: 34, borderWidth: 0.75, borderColor: this.ink.gold },
    ];
    for (const { inset, ...border } of edges)
      this.page.drawRectangle({
        ...{ x: inset, y: inset, width: PAGE.width - 2 * inset, height: PAGE.height - 2 * inset },
        ...border,
      });
  }

  words(fonts: Fonts, { serial, studentName, courseTitle, instructorName, issuedAt, address }: CertificateDto): void {
    const { dark, plain } = this.ink;
    this.line('Certificate of Completion', { font: fonts.bold, size: 34, y: 490, color: dark });
    this.rule(CENTER, 472, 120);
    this.line('This is to certify that', { font: fonts.regular, size: 14, y: 432, color: plain });
    const name = this.fitted(studentName, fonts.bold, { height: 60, largest: 36, smallest: 11 });
    this.block(name, { font: fonts.bold, middle: 388, color: dark });
    this.line('has completed the course', { font: fonts.regular, size: 14, y: 334, color: plain });
    const title = this.fitted(courseTitle, fonts.bold, { height: 84, largest: 26, smallest: 10 });
    this.block(title, { font: fonts.bold, middle: 285, color: dark });
    const teacher = this.fitted(`Taught by ${instructorName}`, fonts.regular, { height: 30, largest: 14, smallest: 9 });
    this.block(teacher, { font: fonts.regular, middle: 222, color: plain });
    this.corner(fonts, 190, dayInWords(issuedAt), 'Completed on');
    this.corner(fonts, PAGE.width - 190, serial, 'Certificate number');
    const verify = this.fitted(`Verify it at ${address}`, fonts.regular, { height: 12, largest: 9, smallest: 5 });
    this.block(verify, { font: fonts.regular, middle: 56, color: plain });
  }

  /** A star in two rings, between the corners. */
  seal(): void {
    const { dark, gold } = this.ink;
    const [x, y] = [CENTER, 132];
    this.page.drawCircle({ x, y, size: 40, borderWidth: 2, borderColor: gold });
    this.page.drawCircle({ x, y, size: 34, borderWidth: 0.75, borderColor: gold });
    const points = Array.from({ length: 10 }, (_, index) => {
      const [radius, angle] = [index % 2 === 0 ? 22 : 9, (Math.PI * index) / 5];
      return `${(radius * Math.sin(angle)).toFixed(3)} ${(-radius * Math.cos(angle)).toFixed(3)}`;
    });
    this.page.drawSvgPath(`M ${points.join(' L ')} Z`, { x, y, color: dark });
  }

  private corner({ regular, bold }: Fonts, center: number, text: string, label: string): void {
    this.line(text, { font: bold, size: 13, y: 124, color: this.ink.dark, center });
    this.rule(center, 114, 210);
    this.line(label, { font: regular, size: 10, y: 98, color: this.ink.plain, center });
  }

  private rule(center: number, y: number, width: number): void {
    const [start, end] = [center - width / 2, center + width / 2].map((x) => ({ x, y }));
    if (start && end) this.page.drawLine({ start, end, thickness: 1, color: this.ink.gold });
  }

  private fitted(text: string, font: PDFFont, room: { height: number; largest: number; smallest: number }): FittedText {
    const known = new Map<string, number>();
    const measure = (part: string) => {
      const width = known.get(part) ?? widthOf(part, font);
      known.set(part, width);
      return width;
    };
    return fitText(writable(text, font), { width: WIDEST, ...room }, measure);
  }

  /** Lines around a middle. */
  private block(
    { size, lines }: FittedText,
    { middle, ...style }: { font: PDFFont; middle: number; color: RGB },
  ): void {
    const step = size * LINE;
    const first = middle + ((lines.length - 1) * step) / 2 - size * 0.36;
    for (const [index, text] of lines.entries()) this.line(text, { ...style, size, y: first - index * step });
  }

  private line(
    text: string,
    { font, size, y, color, center = CENTER }: { font: PDFFont; size: number; y: number; color: RGB; center?: number },
  ): void {
    let x = center - (widthOf(text, font) * size) / 2;
    for (const run of runsOf(text)) {
      this.page.drawText(run.text, { x, y, size, font, color });
      x += font.widthOfTextAtSize(run.text, size);
    }
  }
}

function widthOf(text: string, font: PDFFont): number {
  return runsOf(text).reduce((width, run) => width + font.widthOfTextAtSize(run.text, 1), 0);
}

/** On one line, and with a replacement for what the font has not: the page on the web shows it as it is. */
function writable(text: string, font: PDFFont): string {
  const known = new Set(font.getCharacterSet());
  const composed = text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  const isKnown = (character: string) => [...character].every((one) => known.has(one.codePointAt(0) ?? 0));
  return charactersOf(composed)
    .map((character) => (isKnown(character) ? character : '\uFFFD'))
    .join('');
}
