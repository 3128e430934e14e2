import { describe, expect, it } from '@jest/globals';
import { readPdf } from '../../../test/support/pdf-text.js';
import type { CertificateDto } from './certificates.dto.js';
import { drawCertificate } from './draw-certificate.js';

const certificate: CertificateDto = {
  serial: 'BUR-7K3M-Q9TX-H4WD-2',
  valid: true,
  studentName: 'Juma Otieno',
  courseTitle: 'Swahili for beginners',
  instructorName: 'Amina Wanjiru',
  issuedAt: new Date('2026-11-21T23:30:00Z'),
  address: 'https://school.example/api/certificates/BUR-7K3M-Q9TX-H4WD-2',
};
const draw = (changes: Partial<CertificateDto> = {}) => drawCertificate({ ...certificate, ...changes });
/** What is drawn between the fixed words: name, title, teacher. */
async function middle(changes: Partial<CertificateDto>): Promise<string[]> {
  const { texts } = await readPdf(await draw(changes));
  return texts.slice(2, -5);
}

describe('the page to print', () => {
  it('is one, across, and says whose it is, for what, by whom, when, and where to verify it', async () => {
    const pdf = await readPdf(await draw());
    expect(pdf).toMatchObject({
      pages: 1,
      size: [841.89, 595.28],
      title: 'Certificate of completion BUR-7K3M-Q9TX-H4WD-2',
    });
    expect(pdf.texts).toEqual([
      'Certificate of Completion',
      'This is to certify that',
      'Juma Otieno',
      'has completed the course',
      'Swahili for beginners',
      'Taught by Amina Wanjiru',
      '21 November 2026',
      'Completed on',
      'BUR-7K3M-Q9TX-H4WD-2',
      'Certificate number',
      'Verify it at https://school.example/api/certificates/BUR-7K3M-Q9TX-H4WD-2',
    ]);
  });

  it('is the same file whenever it is drawn, and another for another certificate', async () => {
    const [first, second] = [await draw(), await draw()];
    expect(Buffer.compare(first, second)).toBe(0);
    expect(Buffer.compare(first, await draw({ studentName: 'Juma Otienp' }))).not.toBe(0);
  });

  it('has the characters that it needs, and not the whole font', async () => {
    const bytes = await draw();
    expect(bytes.length).toBeLessThan(40_000);
    const { fonts } = await readPdf(bytes);
    expect(Object.keys(fonts)).toEqual(['BURSAR+DejaVuSans-Bold', 'BURSAR+DejaVuSans']);
    expect(Math.max(...Object.values(fonts))).toBeLessThan(60);
  });
});

describe('words', () => {
  it.each(['Ωμέγα Παπαδόπουλος', 'Константин Ёлкин', 'Nguyễn Thị Ánh', 'Łukasz Żółć', 'Åse Þórsdóttir & “Co.” <x>'])(
    'of many scripts can be read: %s',
    async (studentName) => {
      expect(await middle({ studentName })).toContain(studentName);
    },
  );

  it('from right to left are joined and in the order in which they are seen', async () => {
    const seen = async (courseTitle: string) => (await middle({ courseTitle })).slice(2, -1);
    const hebrew = 'שלום עולם';
    expect(await seen(hebrew)).toEqual([[...hebrew].toReversed().join('')]);
    // Mohammed (4 letters, 4 forms), and a number and a name from the left in between.
    const [arabic] = await seen('محمد');
    expect([...arabic!].toReversed().join('').normalize('NFKC')).toBe('محمد');
    expect(await seen('שלום 101 (Hebrew)')).toEqual(['(', 'Hebrew', ') ', '101', ' םולש']);
    expect(await seen('Tel Aviv (תל אביב)!')).toEqual(['Tel Aviv (', 'ביבא לת', ')!']);
    expect(await seen('שלום 1,000.50')).toEqual(['1,000.50', ' םולש']);
  });

  it('that the font has not are replaced, and nothing breaks', async () => {
    expect((await middle({ studentName: '山田 👩‍🎓 Ken' }))[0]).toBe('\uFFFD\uFFFD \uFFFD Ken');
    expect(await middle({ studentName: '\u200d', courseTitle: '  ', instructorName: '\n' })).toContain('Taught by');
  });

  it('that are long get smaller, then several lines, and are shortened at the very last', async () => {
    const long =
      'An introduction to the history and theory of practically everything that can be said about it in one year';
    const lines = await middle({ courseTitle: long });
    expect(lines.slice(2, -1).length).toBeGreaterThan(1);
    expect(lines.slice(2, -1).join(' ')).toBe(long);
    const word = 'W'.repeat(200);
    const name = (await middle({ studentName: word })).slice(0, -3);
    expect(name.join('')).toBe(word);
    const teacher = (await middle({ instructorName: `${word}${word}` })).slice(3);
    expect(teacher.at(-1)).toMatch(/W…$/);
  });
});
