import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PaymentProblems } from '../payments/index.js';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint } from '../platform/http/index.js';
import { BeginSubscription } from './begin/begin-subscription.js';
import { CancelSubscription } from './change/cancel-subscription.js';
import {
  CancelSubscriptionDto,
  PreviewDto,
  PreviewSubscriptionDto,
  UpdateSubscriptionDto,
} from './change/change.dto.js';
import { ChangeSubscription } from './change/change-subscription.js';
import { PreviewSubscription } from './change/preview-subscription.js';
import { ResumeSubscription } from './change/resume-subscription.js';
import { Plans } from './plans/plans.js';
import { PlansDto } from './plans/plans.dto.js';
import { toPlan } from './plans/to-plan.js';
import { ShowSubscription } from './reading/show-subscription.js';
import { CreatedSubscriptionDto, CreateSubscriptionDto, SubscriptionDto } from './subscriptions.dto.js';
import { SubscriptionProblems } from './subscriptions.problems.js';

const wishRefusals = [SubscriptionProblems.planUnknown, SubscriptionProblems.notSoldSo];
const changeRefusals = [
  SubscriptionProblems.notSubscribed,
  SubscriptionProblems.beginning,
  SubscriptionProblems.changing,
  Problems.gateway,
];

@ApiTags('subscriptions')
@Controller('subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly plans: Plans,
    private readonly beginSubscription: BeginSubscription,
    private readonly previewSubscription: PreviewSubscription,
    private readonly changeSubscription: ChangeSubscription,
    private readonly cancelSubscription: CancelSubscription,
    private readonly resumeSubscription: ResumeSubscription,
    private readonly showSubscription: ShowSubscription,
  ) {}

  @Get('plans')
  @Endpoint({
    access: 'public',
    summary: 'The plans, in rising order',
    description:
      'The first is free and that of everybody who has no other. Amounts are minor units; tax is added by where the buyer is.',
    answers: PlansDto,
    etag: true,
  })
  list(): PlansDto {
    return { plans: this.plans.all.map(toPlan) };
  }

  @Get('current')
  @Endpoint({
    access: 'signed-in',
    summary: 'Your subscription, or the free plan',
    description:
      'Always answered. `plan` is what you have now; it is the free one while your subscription is not `open`: its page is still open, it is ' +
      'unpaid beyond `dunning.graceEndsAt`, or its money is disputed.',
    answers: SubscriptionDto,
  })
  current(@CurrentPrincipal() { userId }: Principal): Promise<SubscriptionDto> {
    return this.showSubscription.current(userId);
  }

  @Post('create')
  @Endpoint({
    access: 'signed-in',
    status: 201,
    idempotent: true,
    summary: 'Subscribe to a plan',
    description:
      "Without `methodId` the buyer is sent to the provider's page (`redirectUrl`), which is open for 30 minutes; the same wish again answers the " +
      'same page, another closes it first. With a saved card it is charged at once: declined, nothing is begun. A trial is free until it ends.',
    answers: CreatedSubscriptionDto,
    errors: [
      ...wishRefusals,
      SubscriptionProblems.planIsFree,
      SubscriptionProblems.noTrial,
      SubscriptionProblems.trialUsed,
      SubscriptionProblems.subscribed,
      SubscriptionProblems.beginning,
      PaymentProblems.providerNotOffered,
      PaymentProblems.returnUrl,
      PaymentProblems.declined,
      Problems.notFound,
      Problems.gateway,
    ],
  })
  async create(
    @Body() body: CreateSubscriptionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedSubscriptionDto> {
    const row = await this.beginSubscription.execute(body, principal);
    return { subscription: this.showSubscription.of(row), redirectUrl: row.redirectUrl };
  }

  @Post('preview')
  @Endpoint({
    access: 'signed-in',
    summary: 'What a plan would cost you now',
    description:
      'Changes nothing. A higher plan, or a longer period, takes effect now and costs what the time that is left does; any other when the ' +
      'period ends. Pass `prorationDate` back within 10 minutes, and what is shown is what is charged. In a trial every change is free.',
    answers: PreviewDto,
    errors: [...wishRefusals, SubscriptionProblems.beginning, PaymentProblems.providerNotOffered, Problems.gateway],
  })
  preview(@Body() body: PreviewSubscriptionDto, @CurrentPrincipal() principal: Principal): Promise<PreviewDto> {
    return this.previewSubscription.execute(body, principal);
  }

  @Put('update')
  @Endpoint({
    access: 'signed-in',
    idempotent: true,
    summary: 'Change the plan',
    description:
      'A higher plan, or a longer period, at once: the difference for the time that is left is charged, and declined nothing is changed. Any ' +
      'other when the period ends. The plan that runs drops what stood to happen; the free plan ends the subscription with its period.',
    answers: SubscriptionDto,
    errors: [
      ...wishRefusals,
      ...changeRefusals,
      SubscriptionProblems.overdue,
      SubscriptionProblems.previewAgain,
      PaymentProblems.declined,
      PaymentProblems.providerNotOffered,
    ],
  })
  async update(
    @Body() { prorationDate, ...body }: UpdateSubscriptionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SubscriptionDto> {
    const at = prorationDate === undefined ? undefined : new Date(prorationDate);
    await this.changeSubscription.execute({ ...body, prorationDate: at }, principal);
    return this.showSubscription.current(principal.userId);
  }

  @Post('cancel')
  @Endpoint({
    access: 'signed-in',
    idempotent: true,
    summary: 'End the subscription, with its period or now',
    description:
      'Nothing is given back by itself. One whose page is open is given up. Again is harmless until it has ended.',
    answers: SubscriptionDto,
    errors: [...changeRefusals, SubscriptionProblems.subscribed, PaymentProblems.providerNotOffered],
  })
  async cancel(
    @Body() body: CancelSubscriptionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SubscriptionDto> {
    await this.cancelSubscription.execute(body, principal);
    return this.showSubscription.current(principal.userId);
  }

  @Post('resume')
  @Endpoint({
    access: 'signed-in',
    idempotent: true,
    summary: 'Let the subscription go on as it is',
    description: 'Drops what stands to happen when the period ends: its end, or a change. Again is harmless.',
    answers: SubscriptionDto,
    errors: [...changeRefusals, PaymentProblems.providerNotOffered],
  })
  async resume(@CurrentPrincipal() principal: Principal): Promise<SubscriptionDto> {
    await this.resumeSubscription.execute(principal);
    return this.showSubscription.current(principal.userId);
  }
}
