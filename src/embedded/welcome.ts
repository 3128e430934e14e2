import type { Login } from './demo-data.js';

interface Addresses {
  readonly url: string;
  readonly sandboxUrl?: string;
  /** Where e-mails can be read. */
  readonly mailboxUrl?: string;
  readonly logins: Login[];
}

/** What a newcomer sees: where everything is, and a first purchase to paste. Needs nothing but a shell with curl and sed. */
export function welcome({ url, sandboxUrl, mailboxUrl, logins }: Addresses): string {
  const people = logins.map(({ role, email, password }) => `    ${role.padEnd(11)} ${email.padEnd(20)} ${password}`);
  const student = logins.find(({ role }) => role === 'student');
  const api = `${url}/api`;
  const json = "-H 'Content-Type: application/json'";
  const auth = '-H "Authorization: Bearer $TOKEN"';
  const pick = (field: string) => `sed -E 's/.*"${field}":"([^"]+)".*/\\1/'`;
  const lines = [
    '',
    '  Bursar is running.',
    '',
    `    API      ${api}`,
    `    Docs     ${api}/docs`,
    `    Sandbox  ${sandboxUrl ?? "not needed: a provider's keys are configured"}`,
    ...(sandboxUrl ? [`    Phone    ${sandboxUrl}/phone`] : []),
    ...(mailboxUrl ? [`    Mailbox  ${mailboxUrl}`] : []),
    '',
    '  Demo logins',
    ...people,
  ];
  if (sandboxUrl && student) {
    lines.push(
      '',
      "  A first purchase: paste these five (once; then the course is the student's)",
      '',
      `    TOKEN=$(curl -s ${api}/auth/login ${json} -d '{"email":"${student.email}","password":"${student.password}"}' | ${pick('accessToken')})`,
      `    COURSE=$(curl -s '${api}/courses/public?keyword=Swahili' | sed -E 's/.*"id":"(crs_[^"]+)".*/\\1/')`,
      `    PAY=$(curl -s ${api}/payments/sessions ${json} ${auth} -d "{\\"courseId\\":\\"$COURSE\\"}" | ${pick('redirectUrl')}); echo "Pay here, or with the next command: $PAY"`,
      `    curl -s -o /dev/null -w 'paid: %{http_code}\\n' "$PAY" -d email=${student.email} -d cardNumber=4242424242424242 -d cardExpiry=12/34 -d cardCvc=123`,
      `    curl -s "${api}/payments/sessions/stripe/\${PAY##*/}" ${auth}`,
      '',
      '  Or by M-Pesa: in place of the last three, ring a phone and enter a PIN on it',
      '',
      `    curl -s ${api}/payments/initiate ${json} ${auth} -d "{\\"courseId\\":\\"$COURSE\\",\\"provider\\":\\"mpesa\\",\\"phoneOrEmail\\":\\"0712345678\\"}"`,
    );
  }
  lines.push('', '  Ctrl-C stops everything. The data is kept in .data; delete that folder to begin afresh.', '');
  return lines.join('\n');
}
