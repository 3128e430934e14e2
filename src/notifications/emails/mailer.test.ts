import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../platform/config/index.js';
import { startSandbox, type Sandbox } from '../../sandbox/index.js';
import { Mailer, type OutgoingEmail } from './mailer.js';

let sandbox: Sandbox;
let mailer: Mailer;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, mail: { port: 0 }, stripe: { secretKey: 'sk_test_x', webhooks: [] } });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.mail.clear();
  mailer = configured({ SMTP_URL: `${sandbox.mail.url}?socketTimeout=400` });
});
afterEach(() => mailer.onApplicationShutdown());

const configured = (settings: Record<string, string>) =>
  new Mailer(
    readSettings({
      DATABASE_URL: 'postgresql://nowhere',
      MAIL_FROM: 'School <pay@school.example>',
      MAIL_REPLY_TO: 'help@school.example',
      ...settings,
    }),
  );

const email: OutgoingEmail = {
  messageId: '<eml_1@school.example>',
  to: { name: 'Juma, "the \r\nBcc: eve@example.com', address: 'juma@example.com' },
  subject: 'Käse: <script>\r\nBcc: eve@example.com',
  text: 'Text',
  html: '<p>Text</p>',
  date: new Date('2026-11-21T10:00:00Z'),
};

describe('an e-mail', () => {
  it('says who it is from, where answers go and that a program wrote it; no text can add a recipient', async () => {
    await mailer.send(email);
    expect(sandbox.mail.messages()).toMatchObject([
      {
        from: 'pay@school.example',
        to: ['juma@example.com'],
        subject: expect.stringContaining('Käse: <script>'),
        messageId: '<eml_1@school.example>',
        envelope: { from: 'pay@school.example', to: ['juma@example.com'] },
        headers: {
          'reply-to': 'help@school.example',
          'auto-submitted': 'auto-generated',
          date: 'Sat, 21 Nov 2026 10:00:00 +0000',
        },
      },
    ]);
    expect(sandbox.mail.messages()[0]!.headers).not.toHaveProperty('bcc');
  });

  it.each([
    ['the address for now', 451, 'recipient', false],
    ['the address for good', 550, 'recipient', true],
    ['the message for now', 421, 'message', false],
    ['the message for good', 554, 'message', true],
  ] as const)('refused: %s (%s)', async (_, code, at, final) => {
    sandbox.mail.refuseNext(1, code, at);
    await expect(mailer.send(email)).rejects.toMatchObject({ name: 'MailerFailure', final });
    await mailer.send(email);
    expect(sandbox.mail.messages()).toHaveLength(1);
  });

  it('names nobody in its failure', async () => {
    sandbox.mail.refuseNext(1, 550);
    const failure: unknown = await mailer.send(email).catch((error: unknown) => error);
    expect(String(failure)).toContain('550');
    expect(JSON.stringify([String(failure), failure])).not.toContain('juma@');
  });

  it('is given up when the server does not answer, and taken to have failed when the connection breaks', async () => {
    sandbox.mail.hangNext();
    await expect(mailer.send(email)).rejects.toMatchObject({ final: false });
    expect(sandbox.mail.messages()).toHaveLength(0);
    sandbox.mail.dropNext();
    await expect(mailer.send(email)).rejects.toMatchObject({ final: false });
    expect(sandbox.mail.messages()).toHaveLength(1);
  });

  it('waits for no server that is away', async () => {
    await sandbox.mail.stop();
    await expect(mailer.send(email)).rejects.toMatchObject({ final: false });
    await sandbox.mail.start();
    await mailer.send(email);
  });
});

describe('the Message-ID', () => {
  it.each([
    ['School <pay@school.example>', '<eml_1@school.example>'],
    ['pay@mail.school.example', '<eml_1@mail.school.example>'],
  ])('is of the domain of %s', (MAIL_FROM, id) => {
    expect(configured({ MAIL_FROM }).messageId('eml_1')).toBe(id);
  });
});

it('a password is not sent in the clear to another machine', async () => {
  // By this name the machine passes for another one; it offers no TLS.
  const { port } = new URL(sandbox.mail.url);
  const cautious = configured({ SMTP_URL: `smtp://user:secret@127.1:${port}` });
  const careless = configured({ SMTP_URL: `smtp://127.0.0.1:${port}` });
  await expect(cautious.send(email)).rejects.toMatchObject({ final: false, message: expect.stringContaining('TLS') });
  await careless.send(email);
  expect(sandbox.mail.messages()).toHaveLength(1);
  for (const one of [cautious, careless]) one.onApplicationShutdown();
});
