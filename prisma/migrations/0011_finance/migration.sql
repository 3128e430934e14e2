-- CreateEnum
CREATE TYPE "cash_movement_kind" AS ENUM ('FLOAT', 'BANKING', 'PAY_OUT');

-- CreateEnum
CREATE TYPE "payout_status" AS ENUM ('REQUESTED', 'IN_TRANSIT', 'PAID', 'REJECTED', 'FAILED', 'RETURNED');

-- CreateTable
CREATE TABLE "cash_movements" (
    "id" TEXT NOT NULL,
    "branch_id" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "kind" "cash_movement_kind" NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cash_movements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cash_counts" (
    "id" TEXT NOT NULL,
    "branch_id" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "expected" BIGINT NOT NULL,
    "counted" BIGINT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "closed_day" BOOLEAN NOT NULL DEFAULT false,
    "counted_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cash_counts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout_accounts" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "ready" BOOLEAN NOT NULL,
    "reason" TEXT,
    "next_look_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payout_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payouts" (
    "id" TEXT NOT NULL,
    "payee_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "destination" TEXT NOT NULL,
    "status" "payout_status" NOT NULL,
    "requested_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "decided_by" TEXT,
    "reason" TEXT,
    "external_id" TEXT,
    "failure_reason" TEXT,
    "next_try_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payouts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "cash_movements_branch_id_day_idx" ON "cash_movements"("branch_id", "day");

-- CreateIndex
CREATE UNIQUE INDEX "cash_movements_actor_id_idempotency_key_key" ON "cash_movements"("actor_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "cash_counts_branch_id_day_idx" ON "cash_counts"("branch_id", "day");

-- CreateIndex
CREATE UNIQUE INDEX "cash_counts_counted_by_idempotency_key_key" ON "cash_counts"("counted_by", "idempotency_key");

-- CreateIndex
CREATE INDEX "payout_accounts_provider_external_id_idx" ON "payout_accounts"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "payout_accounts_user_id_provider_key" ON "payout_accounts"("user_id", "provider");

-- CreateIndex
CREATE INDEX "payouts_payee_id_id_idx" ON "payouts"("payee_id", "id");

-- CreateIndex
CREATE INDEX "payouts_status_id_idx" ON "payouts"("status", "id");

-- CreateIndex
CREATE INDEX "payouts_provider_external_id_idx" ON "payouts"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "payouts_requested_by_idempotency_key_key" ON "payouts"("requested_by", "idempotency_key");

-- AddForeignKey
ALTER TABLE "cash_movements" ADD CONSTRAINT "cash_movements_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cash_counts" ADD CONSTRAINT "cash_counts_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "cash_movements" ADD CONSTRAINT "cash_movements_amount" CHECK ("amount" > 0);
ALTER TABLE "cash_counts" ADD CONSTRAINT "cash_counts_amounts" CHECK ("expected" >= 0 AND "counted" >= 0);
-- A day is closed once.
CREATE UNIQUE INDEX "cash_counts_closing" ON "cash_counts" ("branch_id", "currency", "day") WHERE "closed_day";
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_amount" CHECK ("amount" > 0);
CREATE INDEX "payouts_due" ON "payouts" ("next_try_at") WHERE "next_try_at" IS NOT NULL;

-- CreateEnum
CREATE TYPE "discrepancy_kind" AS ENUM ('MISSING_HERE', 'MISSING_THERE', 'AMOUNT', 'CURRENCY', 'DUPLICATE', 'FEE');

-- CreateEnum
CREATE TYPE "discrepancy_status" AS ENUM ('OPEN', 'RESOLVED', 'GONE');

-- CreateEnum
CREATE TYPE "discrepancy_action" AS ENUM ('WAIT', 'ASK_PROVIDER', 'BOOK_UNIDENTIFIED', 'BOOK_DIFFERENCE', 'BOOK_FEE', 'WRITE_OFF', 'TAKE_BACK', 'RETURN_PAYOUT');

-- CreateTable
CREATE TABLE "statement_lines" (
    "id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "kind" "movement_kind" NOT NULL,
    "reference" TEXT NOT NULL,
    "transaction_id" TEXT,
    "payment_id" TEXT,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "original_amount" BIGINT,
    "original_currency" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "details" TEXT NOT NULL,
    "entry_id" TEXT,
    "kept_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "statement_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reconciliation_runs" (
    "id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "covers_from" TIMESTAMPTZ(3) NOT NULL,
    "covers_until" TIMESTAMPTZ(3) NOT NULL,
    "covers" BOOLEAN NOT NULL,
    "lines" INTEGER NOT NULL,
    "new_lines" INTEGER NOT NULL,
    "found" INTEGER NOT NULL,
    "opened" INTEGER NOT NULL,
    "gone" INTEGER NOT NULL,
    "started_by" TEXT NOT NULL,
    "done_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reconciliation_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "discrepancies" (
    "id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "matter" "movement_kind" NOT NULL,
    "reference" TEXT NOT NULL,
    "kind" "discrepancy_kind" NOT NULL,
    "status" "discrepancy_status" NOT NULL DEFAULT 'OPEN',
    "proposed_action" "discrepancy_action" NOT NULL,
    "payment_id" TEXT,
    "details" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "action" "discrepancy_action",
    "reason" TEXT,
    "resolved_by" TEXT,
    "entry_id" TEXT,

    CONSTRAINT "discrepancies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "discrepancy_sums" (
    "discrepancy_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "stated" BIGINT NOT NULL,
    "booked" BIGINT NOT NULL,
    "stated_fee" BIGINT NOT NULL,
    "booked_fee" BIGINT NOT NULL,

    CONSTRAINT "discrepancy_sums_pkey" PRIMARY KEY ("discrepancy_id","currency")
);

-- CreateTable
CREATE TABLE "statement_totals" (
    "provider" "payment_provider" NOT NULL,
    "currency" TEXT NOT NULL,
    "stated" BIGINT NOT NULL,

    CONSTRAINT "statement_totals_pkey" PRIMARY KEY ("provider","currency")
);

-- CreateIndex
CREATE UNIQUE INDEX "statement_lines_entry_id_key" ON "statement_lines"("entry_id");

-- CreateIndex
CREATE INDEX "statement_lines_provider_reference_idx" ON "statement_lines"("provider", "reference");

-- CreateIndex
CREATE INDEX "statement_lines_provider_occurred_at_idx" ON "statement_lines"("provider", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "statement_lines_provider_external_id_key" ON "statement_lines"("provider", "external_id");

-- CreateIndex
CREATE INDEX "reconciliation_runs_provider_covers_until_idx" ON "reconciliation_runs"("provider", "covers_until");

-- CreateIndex
CREATE UNIQUE INDEX "discrepancies_entry_id_key" ON "discrepancies"("entry_id");

-- CreateIndex
CREATE INDEX "discrepancies_provider_reference_idx" ON "discrepancies"("provider", "reference");

-- CreateIndex
CREATE INDEX "discrepancies_status_id_idx" ON "discrepancies"("status", "id");

-- AddForeignKey
ALTER TABLE "discrepancy_sums" ADD CONSTRAINT "discrepancy_sums_discrepancy_id_fkey" FOREIGN KEY ("discrepancy_id") REFERENCES "discrepancies"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A matter has one discrepancy at a time; what was settled may come up again, as another.
CREATE UNIQUE INDEX "discrepancies_open" ON "discrepancies" ("provider", "matter", "reference") WHERE "status" = 'OPEN';
ALTER TABLE "discrepancies"
  ADD CONSTRAINT "discrepancies_closed" CHECK (("status" = 'OPEN') = ("closed_at" IS NULL)),
  ADD CONSTRAINT "discrepancies_resolved" CHECK (
    CASE "status" WHEN 'RESOLVED' THEN "action" IS NOT NULL AND "reason" IS NOT NULL AND "resolved_by" IS NOT NULL AND "entry_id" IS NOT NULL
      ELSE "action" IS NULL AND "entry_id" IS NULL END);
ALTER TABLE "reconciliation_runs" ADD CONSTRAINT "reconciliation_runs_time" CHECK ("covers_from" < "covers_until");
ALTER TABLE "statement_lines" ADD CONSTRAINT "statement_lines_original" CHECK (("original_amount" IS NULL) = ("original_currency" IS NULL));
-- What M-Pesa's statement says of a payment, or of a reversal of one, before its receipt is known.
CREATE INDEX "statement_lines_mpesa_charges" ON "statement_lines" ("payment_id") WHERE "provider" = 'MPESA' AND "kind" = 'CHARGE';
CREATE INDEX "statement_lines_mpesa_refunds" ON "statement_lines" ("transaction_id") WHERE "provider" = 'MPESA' AND "kind" = 'REFUND';
CREATE INDEX "payout_accounts_due" ON "payout_accounts" ("next_look_at") WHERE "next_look_at" IS NOT NULL;
