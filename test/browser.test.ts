import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openBrowser, warnWithoutBrowser } from './support/browser.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

warnWithoutBrowser();

/*
 * A purchase as a person makes it: on a frontend of another origin, on the provider's page, and back. The frontend is as small as one can
 * be; what it knows it has from the API, from the browser.
 */
const frontendPage = (apiUrl: string) => `<!doctype html><title>Shop</title><p id="status">…</p><script>
  const id = new URLSearchParams(location.search).get('session_id');
  const show = (text) => { document.querySelector('#status').textContent = text; };
  if (id) fetch('${apiUrl}/api/payments/sessions/stripe/' + id).then((r) => r.json()).then((s) => show(s.status), (e) => show(String(e)));
  else show('no session');
</script>`;

(chromiumPath ? describe : describe.skip)('in a real browser', () => {
  let school: School;
  let frontend: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    frontend = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(frontendPage(school.url)),
    );
    await new Promise<void>((resolve) => frontend.listen(0, '127.0.0.1', resolve));
    school = await openSchool({ FRONTEND_URL: `http://127.0.0.1:${(frontend.address() as AddressInfo).port}` });
    browser = await openBrowser();
    page = await browser.newPage();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await school.close();
    await new Promise((resolve) => frontend.close(resolve));
  });

  async function payWith(card: string): Promise<void> {
    await page.fill('#email', 'juma@example.com');
    await page.fill('#cardNumber', card);
    await page.fill('#cardExpiry', '12 / 34');
    await page.fill('#cardCvc', '123');
    await page.click('#pay');
  }

  it('a course is bought: declined first, then paid, looked up, enrolled, in the books and in the report', async () => {
    const buyer = await person(school);
    const course = await school.course({ title: 'Käse & <Brot>' });
    const { session, redirectUrl } = await school.begin(course.id, buyer);

    await page.goto(redirectUrl!);
    const order = await page.textContent('body');
    expect(order).toContain('Käse & <Brot>');
    expect(order).toContain('99.99');

    await payWith('4000000000000002');
    expect(await page.textContent('#decline')).toMatch(/declined/i);
    await school.quiet();
    expect((await school.get(`/payments/sessions/${session.id}`, buyer.token)).body).toMatchObject({
      status: 'PENDING',
    });
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(404);

    await payWith('4242 4242 4242 4242');
    await page.waitForSelector('#status:text("COMPLETED")');
    expect(new URL(page.url()).pathname).toBe('/payment/success');

    await school.quiet();
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).body).toMatchObject({
      status: 'ACTIVE',
      paymentStatus: 'PAID',
    });
    expect(await school.books()).toEqual({
      'asset:provider:stripe USD': 9999 - 320,
      'expense:provider-fees USD': 320,
      [`liability:earnings-pending:${school.instructor.id} USD`]: 6999,
      'revenue:courses USD': 3000,
    });
    const { body } = await school.get<{ rows: object[] }>('/finance/reports/revenue', school.admin.token);
    expect(body.rows).toEqual([
      {
        key: new Date().toISOString().slice(0, 10),
        currency: 'USD',
        sales: 1,
        received: 9999,
        refunded: 0,
        tax: 0,
        instructorShare: 6999,
        earned: 3000,
        deferred: 0,
        losses: 0,
      },
    ]);
  });

  it('a buyer who gives up is sent back, nothing is charged, and the session can still be paid', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const { session, redirectUrl } = await school.begin(course.id, buyer);
    await page.goto(redirectUrl!);
    await page.click('#cancel');
    await page.waitForURL('**/payment/cancel');
    expect((await school.get(`/payments/sessions/${session.id}`, buyer.token)).body).toMatchObject({
      status: 'PENDING',
    });
    await page.goto(redirectUrl!);
    await payWith('4242424242424242');
    await page.waitForSelector('#status:text("COMPLETED")');
  });

  it('what was sent can be read on the dashboard, and sent again', async () => {
    await school.quiet();
    await page.goto(school.sandbox.url);
    const text = await page.textContent('body');
    expect(text).toContain('checkout.session.completed');
    expect(text).toContain('/v1/checkout/sessions');
  });

  it('the documentation of the API can be browsed', async () => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${school.url}/api/docs`);
    // The page draws only what is in view of a long list.
    const seen = new Set<string>();
    for (let turn = 0; turn < 100 && seen.size < 100; turn += 1) {
      for (const summary of await page.locator('.opblock-summary-path').allTextContents()) seen.add(summary);
      await page.evaluate('scrollBy(0, innerHeight)');
      await page.waitForTimeout(50);
    }
    expect(seen.size).toBeGreaterThanOrEqual(100);
    expect(problems).toEqual([]);
  });
});
