import { Inject, Injectable } from '@nestjs/common';
import type { PaymentProvider } from '../../platform/database/index.js';
import { Degradations } from '../../platform/health/index.js';
import { Circuit } from './circuit.js';
import { PATIENCE, type Patience } from './patience.js';

/** One circuit for each provider, so that the trouble of one is not the trouble of another. */
@Injectable()
export class Circuits {
  private readonly byProvider = new Map<PaymentProvider, Circuit>();

  constructor(
    @Inject(PATIENCE) private readonly patience: Patience,
    private readonly degradations: Degradations,
  ) {}

  of(provider: PaymentProvider): Circuit {
    const known = this.byProvider.get(provider);
    if (known) return known;
    const circuit = new Circuit(provider, this.patience);
    this.byProvider.set(provider, circuit);
    this.degradations.register(`provider:${provider}`, () => !circuit.closed);
    return circuit;
  }
}
