import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { CreateSession } from './create-session.js';
import { itemOf } from './item-of.js';
import { ReadSession } from './read-session.js';
import type { CreatedSessionDto, CreateSessionDto } from './sessions.dto.js';

/** A purchase as clients ask for it and are answered, whatever the address that they ask at. */
@Injectable()
export class BeginPurchase {
  constructor(
    private readonly createSession: CreateSession,
    private readonly readSession: ReadSession,
  ) {}

  /** @throws one of `purchaseRefusals`, or that the wallet does not have it */
  async execute(request: CreateSessionDto, principal: Principal): Promise<CreatedSessionDto> {
    return this.answer(await this.createSession.execute(itemOf(request), principal), principal);
  }

  async answer(sessionId: string, principal: Principal): Promise<CreatedSessionDto> {
    const session = await this.readSession.one(sessionId, principal);
    return { success: true, session, redirectUrl: session.redirectUrl };
  }
}
