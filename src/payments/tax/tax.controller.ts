import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../platform/http/index.js';
import { Money, toJsonAmount } from '../../platform/money/index.js';
import { CalculateTax } from './calculate-tax.js';
import { TaxQuoteDto, TaxQuoteQuery } from './tax.dto.js';

@ApiTags('payments')
@Controller('payments/tax')
export class TaxController {
  constructor(private readonly calculateTax: CalculateTax) {}

  @Get('quote')
  @Endpoint({
    access: 'signed-in',
    summary: 'Tax and total of a price',
    description:
      "By today's rate of the country and region, or the default rate where the country is not listed. " +
      'A quote binds nobody: a purchase is taxed by the best evidence of where its buyer is.',
    answers: TaxQuoteDto,
  })
  quote(@Query() { amount, currency, ...rest }: TaxQuoteQuery): TaxQuoteDto {
    const { net, tax, total, rate, country, region, inclusive } = this.calculateTax.execute({
      ...rest,
      amount: Money.of(amount, currency),
    });
    return {
      amount,
      net: toJsonAmount(net.minor),
      tax: toJsonAmount(tax.minor),
      total: toJsonAmount(total.minor),
      currency,
      // By way of whole millionths, so that 712.34 basis points read 7.1234 and not a neighbouring fraction.
      rate: Math.round(rate * 100) / 10_000,
      country,
      region,
      inclusive,
    };
  }
}
