-- CreateEnum
CREATE TYPE "ledger_account_type" AS ENUM ('ASSET', 'LIABILITY', 'EQUITY', 'REVENUE', 'EXPENSE');

-- CreateEnum
CREATE TYPE "ledger_hold_status" AS ENUM ('OPEN', 'CAPTURED', 'RELEASED');

-- CreateTable
CREATE TABLE "ledger_accounts" (
    "id" BIGSERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "type" "ledger_account_type" NOT NULL,
    "currency" TEXT NOT NULL,
    "owner_id" TEXT,
    "strict" BOOLEAN NOT NULL DEFAULT false,
    "balance" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "floor" BIGINT,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entries" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "object_type" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "posted_at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "reverses" TEXT,

    CONSTRAINT "ledger_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_postings" (
    "entry_id" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,
    "account_id" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "balance_after" BIGINT,
    "account_sequence" BIGINT,

    CONSTRAINT "ledger_postings_pkey" PRIMARY KEY ("entry_id","position")
);

-- CreateTable
CREATE TABLE "ledger_deltas" (
    "id" BIGSERIAL NOT NULL,
    "account_id" BIGINT NOT NULL,
    "debits" BIGINT NOT NULL,
    "credits" BIGINT NOT NULL,

    CONSTRAINT "ledger_deltas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_rollups" (
    "account_id" BIGINT NOT NULL,
    "debits" BIGINT NOT NULL,
    "credits" BIGINT NOT NULL,

    CONSTRAINT "ledger_rollups_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "ledger_holds" (
    "id" TEXT NOT NULL,
    "account_id" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "status" "ledger_hold_status" NOT NULL DEFAULT 'OPEN',
    "captured_amount" BIGINT,
    "reference" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "ledger_holds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_periods" (
    "month" DATE NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "ledger_periods_pkey" PRIMARY KEY ("month")
);

-- CreateIndex
CREATE INDEX "ledger_accounts_owner_id_idx" ON "ledger_accounts"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_accounts_code_currency_key" ON "ledger_accounts"("code", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_accounts_id_currency_key" ON "ledger_accounts"("id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entries_reference_key" ON "ledger_entries"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entries_reverses_key" ON "ledger_entries"("reverses");

-- CreateIndex
CREATE INDEX "ledger_entries_object_type_object_id_idx" ON "ledger_entries"("object_type", "object_id");

-- CreateIndex
CREATE INDEX "ledger_entries_effective_at_idx" ON "ledger_entries"("effective_at");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_postings_account_id_account_sequence_key" ON "ledger_postings"("account_id", "account_sequence");

-- CreateIndex
CREATE INDEX "ledger_deltas_account_id_idx" ON "ledger_deltas"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_holds_reference_key" ON "ledger_holds"("reference");

-- AddForeignKey
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_reverses_fkey" FOREIGN KEY ("reverses") REFERENCES "ledger_entries"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_postings" ADD CONSTRAINT "ledger_postings_entry_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "ledger_entries"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_postings" ADD CONSTRAINT "ledger_postings_account_id_currency_fkey" FOREIGN KEY ("account_id", "currency") REFERENCES "ledger_accounts"("id", "currency") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_rollups" ADD CONSTRAINT "ledger_rollups_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "ledger_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_holds" ADD CONSTRAINT "ledger_holds_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "ledger_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the database itself guarantees, whoever writes. Each rule is tested as the application's role.

-- Rule: a floor cannot be broken; only strict accounts carry a balance, a hold or a floor.
ALTER TABLE "ledger_accounts"
  ADD CONSTRAINT "ledger_accounts_floor" CHECK ("floor" IS NULL OR "balance" - "held" >= "floor"),
  ADD CONSTRAINT "ledger_accounts_held" CHECK ("held" >= 0),
  ADD CONSTRAINT "ledger_accounts_loose" CHECK ("strict" OR ("balance" = 0 AND "held" = 0 AND "sequence" = 0 AND "floor" IS NULL)),
  -- Whoever opens it first, and however.
  ADD CONSTRAINT "ledger_accounts_wallet" CHECK (NOT starts_with("code", 'liability:wallet') OR ("strict" AND "floor" IS NOT NULL AND "floor" >= 0)),
  ADD CONSTRAINT "ledger_accounts_code" CHECK (upper(split_part("code", ':', 1)) = "type"::text);

-- An amount fits a JSON number and a sum of many fits a bigint; a date is one that a calendar has.
ALTER TABLE "ledger_accounts"
  ADD CONSTRAINT "ledger_accounts_currency" CHECK ("currency" ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT "ledger_accounts_code_shape" CHECK ("code" ~ '^[a-z]+(:[A-Za-z0-9_-]+)+$');
ALTER TABLE "ledger_postings"
  ADD CONSTRAINT "ledger_postings_amount" CHECK ("amount" <> 0 AND "amount" BETWEEN -9007199254740991 AND 9007199254740991);
ALTER TABLE "ledger_entries"
  ADD CONSTRAINT "ledger_entries_named" CHECK ("id" <> '' AND "kind" <> '' AND "reference" <> ''),
  ADD CONSTRAINT "ledger_entries_dated" CHECK ("effective_at" BETWEEN '2000-01-01Z' AND '2200-01-01Z'),
  ADD CONSTRAINT "ledger_entries_reverses" CHECK ("reverses" <> "id");

-- A month closed under another day would close nothing.
ALTER TABLE "ledger_periods" ADD CONSTRAINT "ledger_periods_month" CHECK (date_part('day', "month") = 1);

-- Rule: an entry's legs come in one statement, at least two, summing to zero per currency; nothing is added later. Whoever writes a
-- posting, the rollups hear of it.
CREATE FUNCTION ledger_accept_postings() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added GROUP BY entry_id, currency HAVING sum(amount) <> 0)
     OR EXISTS (SELECT 1 FROM added GROUP BY entry_id HAVING count(*) < 2) THEN
    RAISE EXCEPTION 'an entry must have at least two postings that sum to zero per currency' USING ERRCODE = 'LG001';
  END IF;
  IF (SELECT count(*) FROM ledger_postings WHERE entry_id IN (SELECT entry_id FROM added)) <> (SELECT count(*) FROM added) THEN
    RAISE EXCEPTION 'nothing can be added to an entry that is posted' USING ERRCODE = 'LG003';
  END IF;
  INSERT INTO ledger_deltas (account_id, debits, credits)
  SELECT account_id, coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)
  FROM added GROUP BY account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_postings_balance AFTER INSERT ON "ledger_postings"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_accept_postings();

-- Rule: an empty entry cannot commit.
CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_postings WHERE entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry % has no postings', NEW.id USING ERRCODE = 'LG002';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entries_not_empty AFTER INSERT ON "ledger_entries"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

-- Rule: the journal is append-only. The application's role has no such right to begin with; this also stops its owner.
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'LG007';
END $$;
CREATE TRIGGER ledger_entries_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_entries" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_postings_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_postings" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_holds_kept BEFORE DELETE OR TRUNCATE ON "ledger_holds" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

-- Rule: a hold is resolved at most once, in whole or part, and the open ones always sum to the account's held amount.
ALTER TABLE "ledger_holds"
  ADD CONSTRAINT "ledger_holds_amount" CHECK ("amount" > 0),
  ADD CONSTRAINT "ledger_holds_captured" CHECK (
    CASE "status" WHEN 'CAPTURED' THEN "captured_amount" BETWEEN 1 AND "amount" ELSE "captured_amount" IS NULL END),
  ADD CONSTRAINT "ledger_holds_resolved" CHECK (("status" = 'OPEN') = ("resolved_at" IS NULL));
CREATE FUNCTION ledger_track_hold() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'OPEN' THEN
      RAISE EXCEPTION 'a hold begins open' USING ERRCODE = 'LG008';
    END IF;
    UPDATE ledger_accounts SET held = held + NEW.amount WHERE id = NEW.account_id;
  ELSE
    IF OLD.status <> 'OPEN' OR NEW.status = 'OPEN'
       OR (NEW.id, NEW.account_id, NEW.amount, NEW.reference) IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.amount, OLD.reference) THEN
      RAISE EXCEPTION 'a hold changes once: from open to captured or released' USING ERRCODE = 'LG008';
    END IF;
    UPDATE ledger_accounts SET held = held - OLD.amount WHERE id = OLD.account_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_holds_tracked AFTER INSERT OR UPDATE ON "ledger_holds" FOR EACH ROW EXECUTE FUNCTION ledger_track_hold();
-- What owners owe us: the few debts that are looked for again and again.
CREATE INDEX "ledger_accounts_owing" ON "ledger_accounts" ("id") WHERE starts_with("code", 'asset:receivable:') AND "balance" <> 0;

-- CreateTable
CREATE TABLE "deferrals" (
    "id" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "recognised" BIGINT NOT NULL DEFAULT 0,
    "given_back" BIGINT NOT NULL DEFAULT 0,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deferrals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recognised_days" (
    "day" DATE NOT NULL,
    "closed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recognised_days_pkey" PRIMARY KEY ("day")
);

-- CreateIndex
CREATE INDEX "deferrals_source_id_idx" ON "deferrals"("source_id");

-- Rule: no more is recognised than there is, on the side that it is on; a time has an end after its beginning.
ALTER TABLE "deferrals"
  ADD CONSTRAINT "deferrals_time" CHECK ("until_at" > "from_at"),
  ADD CONSTRAINT "deferrals_recognised" CHECK (CASE WHEN "amount" >= 0 THEN "recognised" BETWEEN 0 AND "amount" ELSE "recognised" BETWEEN "amount" AND 0 END);
-- What is not delivered to its end yet.
CREATE INDEX "deferrals_open" ON "deferrals" ("from_at") WHERE "recognised" <> "amount";
