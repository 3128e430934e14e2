-- Posts one balanced entry and answers its id. The only way into the journal.
-- The same reference with the same content is a replay and answers the entry that stands; with other content it is LG004.
-- Legs: [{ "code", "currency", "amount" (debit positive), "ownerId"?, "strict"?, "floor"? }]; several legs on one account become one
-- posting, and unknown accounts are opened. Locks, in this order: the reference, the month (shared), strict accounts by id.
CREATE OR REPLACE FUNCTION ledger_post(
  p_entry_id text,
  p_kind text,
  p_reference text,
  p_object_type text,
  p_object_id text,
  p_effective_at timestamptz,
  p_posted_at timestamptz,
  p_actor text,
  p_legs jsonb,
  p_reverses text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_month date := date_trunc('month', p_effective_at AT TIME ZONE 'UTC')::date;
  v_hash text := encode(sha256(convert_to(jsonb_build_array(p_kind, p_object_type, p_object_id, p_reverses,
    (SELECT jsonb_agg(jsonb_build_array(leg->>'code', leg->>'currency', leg->>'amount') ORDER BY leg->>'code', leg->>'currency', leg->>'amount')
       FROM jsonb_array_elements(p_legs) leg))::text, 'UTF8')), 'hex');
  v_entry ledger_entries;
BEGIN
  INSERT INTO ledger_entries (id, kind, reference, content_hash, object_type, object_id, effective_at, posted_at, actor, reverses)
  VALUES (p_entry_id, p_kind, p_reference, v_hash, p_object_type, p_object_id, p_effective_at, p_posted_at, p_actor, p_reverses)
  ON CONFLICT (reference) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO v_entry FROM ledger_entries WHERE reference = p_reference;
    IF v_entry.content_hash <> v_hash THEN
      RAISE EXCEPTION 'reference % is already posted with other content', p_reference USING ERRCODE = 'LG004';
    END IF;
    RETURN v_entry.id;
  END IF;

  PERFORM 1 FROM ledger_periods WHERE month = v_month FOR SHARE;
  IF NOT FOUND THEN
    INSERT INTO ledger_periods (month) VALUES (v_month) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM ledger_periods WHERE month = v_month FOR SHARE;
  END IF;
  IF EXISTS (SELECT 1 FROM ledger_periods WHERE month = v_month AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the period % is closed', to_char(v_month, 'YYYY-MM') USING ERRCODE = 'LG005';
  END IF;

  IF p_reverses IS NOT NULL AND EXISTS (
    SELECT 1 FROM (
      SELECT a.code, a.currency, p.amount FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = p_reverses
      UNION ALL
      SELECT leg.code, leg.currency, leg.amount FROM jsonb_to_recordset(p_legs) AS leg(code text, currency text, amount bigint)
    ) both_entries GROUP BY code, currency HAVING sum(amount) <> 0
  ) THEN
    RAISE EXCEPTION 'entry % does not take back exactly what % posted', p_entry_id, p_reverses USING ERRCODE = 'LG009';
  END IF;

  INSERT INTO ledger_accounts (code, type, currency, owner_id, strict, floor, created_at)
  SELECT DISTINCT ON (leg.code, leg.currency)
    leg.code, upper(split_part(leg.code, ':', 1))::ledger_account_type, leg.currency, leg."ownerId",
    coalesce(leg.strict, false), leg.floor, p_posted_at
  FROM jsonb_to_recordset(p_legs) AS leg(code text, currency text, "ownerId" text, strict boolean, floor bigint)
  WHERE NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.code = leg.code AND a.currency = leg.currency)
  ORDER BY leg.code, leg.currency
  ON CONFLICT (code, currency) DO NOTHING;

  PERFORM 1 FROM ledger_accounts a
  WHERE a.strict AND (a.code, a.currency) IN (SELECT leg->>'code', leg->>'currency' FROM jsonb_array_elements(p_legs) leg)
  ORDER BY a.id FOR NO KEY UPDATE;

  -- The floor is a CHECK on the row: a balance that would fall below it ends the statement. A strict account numbers its postings in the
  -- order of its lock, so that a statement of it can be paged by that number and never misses a late commit.
  WITH legs AS (
    SELECT leg.value->>'code' AS code, leg.value->>'currency' AS currency, sum((leg.value->>'amount')::bigint)::bigint AS amount,
      min(leg.place) AS place
    FROM jsonb_array_elements(p_legs) WITH ORDINALITY AS leg(value, place)
    GROUP BY 1, 2 HAVING sum((leg.value->>'amount')::bigint) <> 0
  ), moved AS (
    UPDATE ledger_accounts a SET
      balance = a.balance + CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN legs.amount ELSE -legs.amount END,
      sequence = a.sequence + 1
    FROM legs WHERE a.strict AND a.code = legs.code AND a.currency = legs.currency
    RETURNING a.id, a.balance, a.sequence
  )
  INSERT INTO ledger_postings (entry_id, position, account_id, amount, currency, balance_after, account_sequence)
  SELECT p_entry_id, row_number() OVER (ORDER BY legs.place), a.id, legs.amount, legs.currency, moved.balance, moved.sequence
  FROM legs JOIN ledger_accounts a ON a.code = legs.code AND a.currency = legs.currency LEFT JOIN moved ON moved.id = a.id;

  RETURN p_entry_id;
END $$;
