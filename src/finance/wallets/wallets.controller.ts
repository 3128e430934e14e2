import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WALLET_OWNER_TYPES, type WalletOwnerType } from '../../ledger/index.js';
import { CreatedSessionDto, PaymentProblems, ReadSession, sessionRefusals } from '../../payments/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { notFound, Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { ShowWallets } from './show-wallets.js';
import { TopUp } from './top-up.js';
import { Transfer } from './transfer.js';
import {
  OwnStatementQuery,
  StatementDto,
  StatementQuery,
  TopUpDto,
  TransferDto,
  TransferredDto,
  WalletDto,
  WalletTotalDto,
} from './wallets.dto.js';
import { WalletProblems } from './wallets.problems.js';

@ApiTags('finance')
@Controller('finance')
export class WalletsController {
  constructor(
    private readonly wallets: ShowWallets,
    private readonly transfer: Transfer,
    private readonly topUp: TopUp,
    private readonly readSession: ReadSession,
  ) {}

  @Get('wallets/me')
  @Endpoint({ access: 'signed-in', summary: 'Your wallet, one balance per currency', answers: WalletDto })
  mine(@CurrentPrincipal() { userId }: Principal): Promise<WalletDto> {
    return this.wallets.of(userId, 'STUDENT');
  }

  @Get('wallets/me/statement')
  @Endpoint({
    access: 'signed-in',
    summary: 'Movements of your wallet in one currency, newest first',
    answers: StatementDto,
  })
  myStatement(
    @Query() { currency, ...query }: OwnStatementQuery,
    @CurrentPrincipal() { userId }: Principal,
  ): Promise<StatementDto> {
    return this.wallets.own(userId, currency, query);
  }

  @Get('wallets/total')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'What we owe to wallets, by kind of owner and currency',
    answers: [WalletTotalDto],
  })
  totals(): Promise<WalletTotalDto[]> {
    return this.wallets.totals();
  }

  @Get('wallets/:ownerId/:ownerType')
  @Endpoint({
    access: ['ADMIN'],
    summary: "An owner's wallet",
    description: `\`ownerType\` is one of ${WALLET_OWNER_TYPES.join(', ')}. An owner who never had money has no balances.`,
    answers: WalletDto,
    errors: [Problems.notFound],
  })
  of(@Param('ownerId') ownerId: string, @Param('ownerType') ownerType: string): Promise<WalletDto> {
    const type = WALLET_OWNER_TYPES.find((one): one is WalletOwnerType => one === ownerType.toUpperCase());
    if (!type) throw notFound('Wallet');
    return this.wallets.of(ownerId, type);
  }

  @Get('wallets/:id/statement')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Movements of a wallet, newest first',
    description: 'Numbered without a gap, each with the balance after it; paged by that number.',
    answers: StatementDto,
    errors: [Problems.notFound],
  })
  statement(@Param('id') id: string, @Query() query: StatementQuery): Promise<StatementDto> {
    return this.wallets.statement(id, query);
  }

  @Post('wallets/transfer')
  @Endpoint({
    access: 'signed-in',
    idempotent: true,
    summary: 'Move money from your wallet to another',
    description:
      'An admin may name another payer, with a reason; that is audited. Nothing is converted between currencies.',
    answers: TransferredDto,
    errors: [
      Problems.forbidden,
      PaymentProblems.insufficientBalance,
      WalletProblems.toOneself,
      WalletProblems.unknownRecipient,
      WalletProblems.owing,
      WalletProblems.reasonMissing,
    ],
  })
  move(@Body() body: TransferDto, @CurrentPrincipal() principal: Principal): Promise<TransferredDto> {
    return this.transfer.execute(body, principal);
  }

  @Post('actions/wallet-topup')
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    idempotent: true,
    summary: 'Pay money into your wallet',
    description: 'A payment session like any other; the wallet is credited when it is paid. There is no tax on it.',
    answers: CreatedSessionDto,
    errors: [WalletProblems.currencyNotOffered, ...sessionRefusals],
  })
  async payIn(@Body() body: TopUpDto, @CurrentPrincipal() principal: Principal): Promise<CreatedSessionDto> {
    const session = await this.readSession.one(await this.topUp.execute(body, principal), principal);
    return { success: true, session, redirectUrl: session.redirectUrl };
  }
}
