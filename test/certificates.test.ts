import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CertificateDto, OwnCertificateDto } from '../src/enrollments/certificates/certificates.dto.js';
import { startTestApp, type TestApp } from './support/app.js';
import { chromiumPath, openBrowser, warnWithoutBrowser } from './support/browser.js';
import { keepBooks } from './support/keep-books.js';
import { type Learner, LearningDesk, type Refusal } from './support/learning-desk.js';
import { readPdf } from './support/pdf-text.js';
import { type Person, person, sql } from './support/people.js';
import { expectStatus } from './support/school.js';

warnWithoutBrowser();

/* What a course that is completed earns, and how anybody can tell that it is real. */

let app: TestApp;
let desk: LearningDesk;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', PUBLIC_URL: 'https://school.example/' });
  desk = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
});
afterAll(() => app.close());
keepBooks(() => app);

const NAME = 'Zoë <b>"O\'Neill"</b> & Łukasz';
const TITLE = 'Käse & <script>alert(1)</script>';

const rename = async ({ token }: Person, name: string) =>
  expectStatus(200, await app.request('PATCH', '/users/me', { body: { name }, token }));

/** Somebody who has completed a course, both with names that must be escaped. */
async function graduate(): Promise<Learner & { courseId: string; certificate: OwnCertificateDto }> {
  const course = await desk.course(['a'], { title: TITLE });
  const student = await person(app);
  await rename(student, NAME);
  const learner = await desk.learner(course.id, student);
  await desk.completed(learner, course.lectures.a!);
  return { ...learner, courseId: course.id, certificate: expectStatus(200, await own(learner)) };
}

const own = ({ id, student }: Learner, query = '') =>
  app.get<OwnCertificateDto & Refusal>(`/enrollments/${id}/certificate${query}`, student.token);
const verify = (serial: string) => app.get<CertificateDto & Refusal>(`/certificates/${serial}`);

/** The answer as it came. */
async function raw(path: string, accept: string, token?: string) {
  const headers = { accept, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${app.url}/api${path}`, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get('content-type');
  return { status: response.status, type, headers: response.headers, bytes, text: Buffer.from(bytes).toString() };
}
const page = (serial: string) => raw(`/certificates/${serial}`, 'text/html,application/xhtml+xml,*/*;q=0.8');

describe('a certificate', () => {
  it('is earned by completing the course, and not before', async () => {
    const course = await desk.course(['a', 'b']);
    const learner = await desk.learner(course.id);
    await desk.completed(learner, course.lectures.a!);
    const none = { status: 409, body: { code: 'CERTIFICATE_NOT_EARNED' } };
    expect(await own(learner)).toMatchObject(none);
    expect(await own(learner, '?format=pdf')).toMatchObject(none);
    await desk.completed(learner, course.lectures.b!);
    const certificate = expectStatus(200, await own(learner));
    const { completedAt } = await desk.place(learner);
    expect(certificate).toEqual({
      serial: expect.stringMatching(/^BUR(-[0-9A-Z]{4}){3}-[0-9A-Z]$/),
      ...{ valid: true, studentName: expect.stringMatching(/^Person \d+$/), courseTitle: 'Swahili' },
      ...{ instructorName: expect.stringMatching(/^Person \d+$/), issuedAt: completedAt, enrollmentId: learner.id },
      address: `https://school.example/api/certificates/${certificate.serial}`,
    });
  });

  it('keeps the words of its day', async () => {
    const { certificate, courseId, ...learner } = await graduate();
    expect(certificate).toMatchObject({ studentName: NAME, courseTitle: TITLE });
    await rename(learner.student, 'Somebody else');
    const changes = { body: { title: 'Something else' }, token: desk.instructor.token };
    expectStatus(200, await app.request('PATCH', `/courses/${courseId}`, changes));
    expect(expectStatus(200, await own(learner))).toEqual(certificate);
  });

  it('is its student’s and the admins’', async () => {
    const { certificate, ...learner } = await graduate();
    expect(expectStatus(200, await own({ ...learner, student: await person(app, 'ADMIN') }))).toEqual(certificate);
    for (const student of [await person(app), desk.instructor])
      expect((await own({ ...learner, student })).status).toBe(404);
    expect((await own({ ...learner, id: 'enr_none' })).status).toBe(404);
  });

  it('is a PDF for who asks for one, the same each time', async () => {
    const { certificate, ...learner } = await graduate();
    const path = `/enrollments/${learner.id}/certificate`;
    const pdf = await raw(`${path}?format=pdf`, '*/*', learner.student.token);
    expect([pdf.status, pdf.type, pdf.headers.get('content-disposition')]).toEqual([
      ...[200, 'application/pdf', `inline; filename="${certificate.serial}.pdf"`],
    ]);
    const { texts } = await readPdf(pdf.bytes);
    expect(texts).toEqual(expect.arrayContaining([NAME, TITLE, certificate.serial]));
    const again = await raw(path, 'application/pdf', learner.student.token);
    expect([again.type, Buffer.compare(again.bytes, pdf.bytes)]).toEqual(['application/pdf', 0]);
    for (const accept of ['*/*', 'application/json', 'application/pdf;q=0.5, application/json'])
      expect((await raw(path, accept, learner.student.token)).type).toMatch(/^application\/json/);
    const other = await own(learner, '?format=xml');
    expect([other.status, other.body.errors?.[0]?.pointer]).toEqual([400, '#/query/format']);
  });

  it('there is one of a place, by the database itself', async () => {
    const { certificate } = await graduate();
    const twice = `INSERT INTO certificates SELECT 'BUR-X', enrollment_id, user_id, course_id, student_name, course_title, instructor_name, issued_at
      FROM certificates WHERE serial = $1`;
    await expect(sql(app.database, twice, [certificate.serial])).rejects.toThrow(/certificates_enrollment_id_key/);
  });
});

describe('anybody', () => {
  it('verifies it by its number, as they have typed it', async () => {
    const { certificate } = await graduate();
    const { enrollmentId, ...shown } = certificate;
    expect(enrollmentId).toMatch(/^enr_/);
    for (const typed of [shown.serial, shown.serial.toLowerCase(), shown.serial.replaceAll('-', '')])
      expect(expectStatus(200, await verify(typed))).toEqual(shown);
    const { headers } = await verify(shown.serial);
    expect([headers.get('vary'), headers.get('cache-control')]).toEqual([
      expect.stringContaining('Accept'),
      'no-cache',
    ]);
  });

  it.each(['BUR-0010-0000-0000-4', 'BUR-0010-0000-0000-5', 'x', '%00', '..%2F..'])('finds no %s', async (serial) => {
    expect(await verify(serial)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('sees a page with a browser: whose, for what, when; nothing in it runs or is loaded', async () => {
    const { certificate } = await graduate();
    const { status, type, text, headers } = await page(certificate.serial);
    expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<dd><bdi>Zoë &lt;b&gt;&quot;O&#39;Neill&quot;&lt;/b&gt; &amp; Łukasz</bdi></dd>');
    expect(text).toContain('<dd><bdi>Käse &amp; &lt;script&gt;alert(1)&lt;/script&gt;</bdi></dd>');
    expect(text).toContain(`<time datetime="${String(certificate.issuedAt)}">`);
    expect(text).toContain('<strong>Valid.</strong>');
    expect(text).not.toMatch(/<script|<link|<img|style="|http/);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/,
    );
  });

  it('sees a page too when there is none, without what they have typed being run', async () => {
    const { status, type, text } = await page(encodeURIComponent('<img src=x onerror=alert(1)>'));
    expect([status, type]).toEqual([404, 'text/html; charset=utf-8']);
    expect(text).toContain('<code>&lt;img src=x onerror=alert(1)&gt;</code>');
    expect(text).toContain('No such certificate');
  });
});

(chromiumPath ? describe : describe.skip)('in a real browser', () => {
  it('the page is read by its headings and terms, with its style, on screen and on paper', async () => {
    const { certificate } = await graduate();
    const browser = await openBrowser();
    try {
      const tab = await browser.newPage({ viewport: { width: 700, height: 800 } });
      const problems: string[] = [];
      tab.on('console', (message) => problems.push(message.text()));
      tab.on('pageerror', (error) => problems.push(error.message));
      const answer = await tab.goto(`${app.url}/api/certificates/${certificate.serial}`);
      expect(answer!.status()).toBe(200);
      expect(await tab.title()).toBe(`Certificate ${certificate.serial}: valid`);
      expect(await tab.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Certificate of completion']);
      expect(await tab.locator('dt').allTextContents()).toEqual([
        'Student',
        'Course',
        'Taught by',
        'Completed on',
        'Number',
      ]);
      expect((await tab.locator('dd').allTextContents()).slice(0, 2)).toEqual([NAME, TITLE]);
      const color = () => tab.evaluate(`getComputedStyle(document.querySelector('.verdict')).backgroundColor`);
      expect(await color()).toBe('rgb(232, 245, 236)');
      if (process.env.SCREENSHOTS) await tab.screenshot({ path: `${process.env.SCREENSHOTS}/certificate.png` });
      await tab.emulateMedia({ media: 'print' });
      expect(await color()).toBe('rgba(0, 0, 0, 0)');
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
