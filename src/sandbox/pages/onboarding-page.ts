import type { ConnectedAccount } from '../stripe/connected-account-object.js';
import { html, page } from './html.js';

/** Stripe's form, on which the holder of a connected account would say who they are. Here they only say how it goes. */
export function onboardingPage({ id, email, country, details_submitted: submitted }: ConnectedAccount): string {
  return page(
    'Connect with Stripe',
    html`<main class="status card" id="onboarding">
      <h1>${submitted ? 'Stripe wants to know more' : 'Tell Stripe who you are'}</h1>
      <p>${email ?? 'No address yet'}, ${country} <code>${id}</code></p>
      <form method="post">
        <p>
          <button id="complete" type="submit" name="result" value="complete">Complete</button>
          <button id="verify" type="submit" name="result" value="verify">Complete, papers are still checked</button>
        </p>
        <p>
          <button id="leave" type="submit" name="result" value="leave">Leave it unfinished</button>
          <button id="refuse" type="submit" name="result" value="refuse">Be refused</button>
        </p>
      </form>
    </main>`,
  );
}
