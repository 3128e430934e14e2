-- CreateEnum
CREATE TYPE "sale_source" AS ENUM ('DIRECT', 'REFERRAL', 'PROMOTION');

-- CreateEnum
CREATE TYPE "payment_session_status" AS ENUM ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "payment_provider" AS ENUM ('STRIPE', 'MPESA', 'PAYMOB', 'WALLET', 'CASH', 'PACKAGE');

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('PENDING', 'COMPLETED', 'FAILED', 'CANCELLED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "refund_destination" AS ENUM ('ORIGINAL', 'WALLET');

-- CreateEnum
CREATE TYPE "refund_status" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "dispute_status" AS ENUM ('INQUIRY', 'NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'CLOSED');

-- CreateEnum
CREATE TYPE "movement_kind" AS ENUM ('CHARGE', 'REFUND', 'REFUND_FAILURE', 'DISPUTE', 'DISPUTE_REVERSAL', 'PAYOUT', 'PAYOUT_FAILURE', 'SETTLEMENT', 'FEE', 'OTHER');

-- CreateEnum
CREATE TYPE "provider_event_status" AS ENUM ('RECEIVED', 'PROCESSED', 'IGNORED', 'UNMATCHED', 'DEAD');

-- CreateEnum
CREATE TYPE "mpesa_request_kind" AS ENUM ('PUSH', 'REVERSAL', 'DISBURSEMENT', 'STATUS');

-- CreateTable
CREATE TABLE "payment_sessions" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "item_kind" TEXT NOT NULL,
    "item_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" "payment_session_status" NOT NULL DEFAULT 'PENDING',
    "amount" BIGINT NOT NULL,
    "discount_amount" BIGINT NOT NULL DEFAULT 0,
    "tax_amount" BIGINT NOT NULL DEFAULT 0,
    "final_amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "tax_rate" INTEGER NOT NULL DEFAULT 0,
    "tax_country" TEXT,
    "tax_region" TEXT,
    "income" JSONB NOT NULL,
    "payees" JSONB NOT NULL DEFAULT '[]',
    "coupon_code" TEXT,
    "source" "sale_source" NOT NULL DEFAULT 'DIRECT',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "charged" BOOLEAN NOT NULL DEFAULT false,
    "return_url" TEXT NOT NULL,
    "cancel_url" TEXT NOT NULL,
    "failure_reason" TEXT,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payments" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "status" "payment_status" NOT NULL DEFAULT 'PENDING',
    "amount" BIGINT NOT NULL,
    "discount" BIGINT NOT NULL DEFAULT 0,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "total" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "provider_reference" TEXT,
    "redirect_url" TEXT,
    "transaction_id" TEXT,
    "receipt" TEXT,
    "method_id" TEXT,
    "phone" TEXT,
    "refunded_amount" BIGINT NOT NULL DEFAULT 0,
    "disputed_amount" BIGINT NOT NULL DEFAULT 0,
    "received_amount" BIGINT,
    "received_currency" TEXT,
    "failure_reason" TEXT,
    "buyer_country" TEXT,
    "next_check_at" TIMESTAMPTZ(3),
    "checks" INTEGER NOT NULL DEFAULT 0,
    "movements_check_at" TIMESTAMPTZ(3),
    "movement_checks" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refunds" (
    "id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "transaction_id" TEXT,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "share" BIGINT NOT NULL DEFAULT 0,
    "loss" BIGINT NOT NULL DEFAULT 0,
    "reason" TEXT NOT NULL,
    "status" "refund_status" NOT NULL DEFAULT 'PENDING',
    "destination" "refund_destination" NOT NULL DEFAULT 'ORIGINAL',
    "requested_by" TEXT NOT NULL DEFAULT 'system',
    "provider_refund_id" TEXT,
    "failure_reason" TEXT,
    "next_try_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disputes" (
    "id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "status" "dispute_status" NOT NULL,
    "reason" TEXT NOT NULL,
    "transaction_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "lost_amount" BIGINT NOT NULL DEFAULT 0,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "share" BIGINT NOT NULL DEFAULT 0,
    "loss" BIGINT NOT NULL DEFAULT 0,
    "due_by" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),
    "reinstated_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "disputes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_movements" (
    "id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "kind" "movement_kind" NOT NULL,
    "reference" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "original_amount" BIGINT,
    "original_currency" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "booked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_movements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_methods" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "brand" TEXT,
    "last4" TEXT,
    "exp_month" INTEGER,
    "exp_year" INTEGER,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_methods_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_method_setups" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "reference" TEXT,
    "redirect_url" TEXT,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_check_at" TIMESTAMPTZ(3),
    "checks" INTEGER NOT NULL DEFAULT 0,
    "concluded_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_method_setups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_events" (
    "id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "about" TEXT,
    "body" TEXT,
    "status" "provider_event_status" NOT NULL DEFAULT 'RECEIVED',
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "available_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "waits_for" TEXT,
    "processed_at" TIMESTAMPTZ(3),

    CONSTRAINT "provider_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_customers" (
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_customers_pkey" PRIMARY KEY ("user_id","provider")
);

-- CreateTable
CREATE TABLE "mpesa_requests" (
    "id" TEXT NOT NULL,
    "kind" "mpesa_request_kind" NOT NULL,
    "subject" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "phone" TEXT,
    "amount" BIGINT NOT NULL,
    "original" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "handle" TEXT,
    "origin" TEXT,
    "result_code" TEXT,
    "result_text" TEXT,
    "receipt" TEXT,
    "result_at" TIMESTAMPTZ(3),

    CONSTRAINT "mpesa_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "earnings" (
    "id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "payee_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "share" BIGINT NOT NULL,
    "pending" BIGINT NOT NULL,
    "released" BIGINT NOT NULL DEFAULT 0,
    "reversed" BIGINT NOT NULL DEFAULT 0,
    "held_until" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "moves" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "earnings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "earning_reversals" (
    "earning_id" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "from_pending" BIGINT NOT NULL,

    CONSTRAINT "earning_reversals_pkey" PRIMARY KEY ("earning_id","cause")
);

-- CreateIndex
CREATE INDEX "payment_sessions_user_id_id_idx" ON "payment_sessions"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_sessions_user_id_idempotency_key_key" ON "payment_sessions"("user_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "payments_session_id_idx" ON "payments"("session_id");

-- CreateIndex
CREATE INDEX "payments_user_id_id_idx" ON "payments"("user_id", "id");

-- CreateIndex
CREATE INDEX "payments_status_id_idx" ON "payments"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_provider_transaction_id_key" ON "payments"("provider", "transaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_provider_provider_reference_key" ON "payments"("provider", "provider_reference");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_provider_refund_id_key" ON "refunds"("provider_refund_id");

-- CreateIndex
CREATE INDEX "refunds_payment_id_idx" ON "refunds"("payment_id");

-- CreateIndex
CREATE INDEX "refunds_status_id_idx" ON "refunds"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_requested_by_idempotency_key_key" ON "refunds"("requested_by", "idempotency_key");

-- CreateIndex
CREATE INDEX "disputes_payment_id_idx" ON "disputes"("payment_id");

-- CreateIndex
CREATE INDEX "disputes_status_due_by_idx" ON "disputes"("status", "due_by");

-- CreateIndex
CREATE UNIQUE INDEX "disputes_provider_external_id_key" ON "disputes"("provider", "external_id");

-- CreateIndex
CREATE INDEX "provider_movements_payment_id_idx" ON "provider_movements"("payment_id");

-- CreateIndex
CREATE INDEX "provider_movements_provider_reference_idx" ON "provider_movements"("provider", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "provider_movements_provider_external_id_key" ON "provider_movements"("provider", "external_id");

-- CreateIndex
CREATE INDEX "payment_methods_user_id_id_idx" ON "payment_methods"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_methods_provider_external_id_key" ON "payment_methods"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_method_setups_user_id_idempotency_key_key" ON "payment_method_setups"("user_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "payment_method_setups_provider_reference_key" ON "payment_method_setups"("provider", "reference");

-- CreateIndex
CREATE INDEX "provider_events_status_id_idx" ON "provider_events"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "provider_events_provider_external_id_key" ON "provider_events"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "provider_customers_provider_external_id_key" ON "provider_customers"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "mpesa_requests_token_key" ON "mpesa_requests"("token");

-- CreateIndex
CREATE UNIQUE INDEX "mpesa_requests_handle_key" ON "mpesa_requests"("handle");

-- CreateIndex
CREATE UNIQUE INDEX "mpesa_requests_kind_subject_key" ON "mpesa_requests"("kind", "subject");

-- CreateIndex
CREATE INDEX "payments_receipt_idx" ON "payments"("receipt");

-- CreateIndex
CREATE UNIQUE INDEX "mpesa_requests_receipt_key" ON "mpesa_requests"("receipt");

-- CreateIndex
CREATE INDEX "earnings_payee_id_id_idx" ON "earnings"("payee_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "earnings_payment_id_payee_id_key" ON "earnings"("payment_id", "payee_id");

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "payment_sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "payment_methods"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_movements" ADD CONSTRAINT "provider_movements_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "earnings" ADD CONSTRAINT "earnings_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "earning_reversals" ADD CONSTRAINT "earning_reversals_earning_id_fkey" FOREIGN KEY ("earning_id") REFERENCES "earnings"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Sweeps look only at what is still to be done, however long the history behind it.
CREATE INDEX "payments_due" ON "payments" ("next_check_at") WHERE "next_check_at" IS NOT NULL;
-- The latest evidence of where a buyer is, for tax.
CREATE INDEX "payments_evidence" ON "payments" ("user_id", "id") WHERE "buyer_country" IS NOT NULL;
CREATE INDEX "provider_events_due" ON "provider_events" ("available_at") WHERE "status" = 'RECEIVED';

ALTER TABLE "payment_sessions"
  ADD CONSTRAINT "payment_sessions_amounts" CHECK (
    "amount" >= 0 AND "discount_amount" BETWEEN 0 AND "amount" AND "tax_amount" >= 0 AND "final_amount" >= 0);
ALTER TABLE "payments" ADD CONSTRAINT "payments_amounts" CHECK ("amount" >= 0 AND "discount" >= 0 AND "tax" >= 0 AND "total" >= 0);
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_amount" CHECK ("amount" > 0);
-- Never more given back than came.
ALTER TABLE "payments"
  ADD CONSTRAINT "payments_given_back" CHECK ("refunded_amount" BETWEEN 0 AND "total" AND "disputed_amount" >= 0);
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_amount" CHECK ("amount" > 0);
-- Money that fits nothing goes back once, however often its coming is heard of; again only when that failed.
CREATE UNIQUE INDEX "refunds_unapplied" ON "refunds" ("transaction_id") WHERE "status" NOT IN ('FAILED', 'CANCELLED');
CREATE INDEX "refunds_of_unapplied" ON "refunds" ("transaction_id") WHERE "transaction_id" IS NOT NULL;
CREATE INDEX "refunds_due" ON "refunds" ("next_try_at") WHERE "next_try_at" IS NOT NULL;
CREATE INDEX "payments_movements_due" ON "payments" ("movements_check_at") WHERE "movements_check_at" IS NOT NULL;
CREATE INDEX "provider_events_waiting" ON "provider_events" ("waits_for") WHERE "status" IN ('RECEIVED', 'UNMATCHED') AND "waits_for" IS NOT NULL;
-- At most one default a person.
CREATE UNIQUE INDEX "payment_methods_default" ON "payment_methods" ("user_id") WHERE "is_default" AND "removed_at" IS NULL;
CREATE INDEX "payment_method_setups_pending" ON "payment_method_setups" ("user_id") WHERE "concluded_at" IS NULL;
CREATE INDEX "payment_method_setups_due" ON "payment_method_setups" ("next_check_at") WHERE "next_check_at" IS NOT NULL;
-- Two clicks on "pay" are one charge.
CREATE UNIQUE INDEX "payment_sessions_charging" ON "payment_sessions" ("user_id", "item_kind", "item_id")
  WHERE "charged" AND "status" IN ('PENDING', 'PROCESSING');
ALTER TABLE "mpesa_requests" ADD CONSTRAINT "mpesa_requests_amount" CHECK ("amount" > 0);
ALTER TABLE "earnings" ADD CONSTRAINT "earnings_parts" CHECK (
  "share" > 0 AND "pending" >= 0 AND "released" >= 0 AND "reversed" >= 0 AND "share" = "pending" + "released" + "reversed");
CREATE INDEX "earnings_due" ON "earnings" ("due_at") WHERE "due_at" IS NOT NULL;
-- By what a statement says: the account number that a push was given, the receipt that a reversal takes back.
CREATE INDEX "payments_mpesa_account" ON "payments" (upper(right("id", 12))) WHERE "provider" = 'MPESA';
CREATE INDEX "mpesa_requests_original" ON "mpesa_requests" ("original") WHERE "original" IS NOT NULL;
