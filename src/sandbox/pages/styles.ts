/** The look of all pages, small enough to be sent with each. */
export const styles = `
:root { --ink: #1a1f36; --soft: #5b6275; --line: #d8dce6; --paper: #fff; --wash: #f6f8fb; --accent: #4f46e5;
  --good: #0b6b43; --bad: #b3093c; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--wash); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
.ribbon { margin: 0; padding: .4rem 1rem; background: #fde68a; color: #5f3a04; text-align: center; font-size: .875rem; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; } h2 { font-size: 1rem; margin: 0 0 .75rem; }
a { color: var(--accent); } .soft { color: var(--soft); } .mono { font: .8125rem/1.5 ui-monospace, monospace; }
:focus-visible { outline: 3px solid #a5b4fc; outline-offset: 2px; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; }
.checkout { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; display: grid; gap: 1.5rem; align-items: start; }
@media (min-width: 48rem) { .checkout { grid-template-columns: 1fr 1.2fr; } }
.total { font-size: 2.25rem; font-weight: 650; margin: 0 0 1rem; letter-spacing: -.02em; }
.items { list-style: none; margin: 0; padding: 0; }
.items li { display: flex; justify-content: space-between; gap: 1rem; padding: .6rem 0; border-top: 1px solid var(--line); }
.items span { overflow-wrap: anywhere; } .items .amount { overflow-wrap: normal; white-space: nowrap; }
.field { margin-bottom: 1rem; flex: 1; } .row { display: flex; gap: 1rem; }
label { display: block; font-weight: 600; font-size: .875rem; margin-bottom: .25rem; }
input { width: 100%; padding: .65rem .75rem; border: 1px solid #a3aac0; border-radius: 8px; font: inherit; }
input[aria-invalid=true] { border-color: var(--bad); }
.error { color: var(--bad); font-size: .875rem; margin: .25rem 0 0; }
.alert { border: 1px solid var(--bad); background: #fff1f4; color: var(--bad); border-radius: 8px; padding: .75rem 1rem; margin: 0 0 1rem; }
button { font: inherit; cursor: pointer; border-radius: 8px; border: 1px solid var(--line); background: var(--paper);
  color: var(--ink); padding: .35rem .7rem; }
button:hover { border-color: var(--accent); }
#pay { width: 100%; padding: .8rem; font-weight: 650; background: var(--accent); border-color: var(--accent); color: #fff; }
.other { margin-top: 1.5rem; }
#cancel { display: block; text-align: center; margin-top: 1rem; }
.testcards { grid-column: 1 / -1; } .testcards ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem;
  grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
.testcards button { width: 100%; height: 100%; text-align: left; } .testcards b { display: block; font-weight: 600; }
.status { max-width: 32rem; margin: 4rem auto; text-align: center; } .status code { overflow-wrap: anywhere; }
.phone { display: grid; gap: 1rem; padding: 0 1rem; } .phone > * { margin: 0; } .phone .items { text-align: left; }
.board { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; display: grid; gap: 1.5rem; }
.board header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; flex-wrap: wrap; }
.board ol { list-style: none; margin: 0; padding: 0; } .board ol > li { border-top: 1px solid var(--line); padding: .75rem 0; }
.line { display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; } .line form { margin-left: auto; }
.board > * { min-width: 0; } .line form + form { margin-left: 0; } .hands { margin: .5rem 0; } .line.hands form { margin-left: 0; }
.hands label { display: inline; font-weight: 400; } .hands form { display: flex; gap: .5rem; flex-wrap: wrap; min-width: 0; }
.hands input { width: 11rem; padding: .3rem .5rem; } .hands input[type=number] { width: 5rem; } .hands input[type=checkbox] { width: auto; }
select { max-width: 100%; padding: .35rem .5rem; border: 1px solid #a3aac0; border-radius: 8px; font: inherit; background: var(--paper); }
.badge { font: 600 .8125rem/1.4 ui-monospace, monospace; padding: .05rem .45rem; border-radius: 6px; background: #e8ebf2; }
.badge.good { background: #d8f5e5; color: var(--good); } .badge.bad { background: #ffe1e9; color: var(--bad); }
.attempts { margin: .5rem 0 0 1rem !important; } .attempts > li { border: 0 !important; padding: .2rem 0 !important; }
.board nav { display: flex; gap: 1rem; } .board h1 { margin: 0; overflow-wrap: anywhere; } .board .line h2 { margin: 0; } .board .line + ol { margin-top: .75rem; } .when { margin-left: auto; }
.addresses { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 .75rem; }
.addresses dt { font-weight: 600; font-size: .875rem; } .addresses dd { margin: 0; overflow-wrap: anywhere; }
iframe.letter { display: block; width: 100%; height: 36rem; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
pre.letter { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 48rem) { .board .card { padding: 1rem; } .line > * { overflow-wrap: anywhere; min-width: 0; } .line form { margin-left: 0; } }
summary { cursor: pointer; color: var(--accent); font-size: .875rem; }
pre { margin: .5rem 0; padding: .75rem; background: var(--wash); border: 1px solid var(--line); border-radius: 8px;
  overflow: auto; max-height: 24rem; font: .8125rem/1.45 ui-monospace, monospace; }
`;
