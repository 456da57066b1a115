// How the page looks, and the few lines of script that filter its table. Both are put into the
// page.
#pragma once

#include <string_view>

namespace logquake::report {

inline constexpr std::string_view page_style = R"css(
:root { color-scheme: light dark;
  --ground:#f7f7f4; --paper:#ffffff; --ink:#1b1d20; --soft:#5b6067; --line:#dfe0db; --code:#f0f0ec;
  --good:#17754a; --bad:#b92520; --warn:#9a5b00; --accent:#2a5fbd; --up:#8fb8a3; --activity:#b8c9e6;
  --h0:#d7e4fa; --h1:#f9e0c3; --h2:#d3ecd9; --h3:#efd9ee; --h4:#e6e3c0; --h5:#cfe9e8; --h6:#f6d5d2; --h7:#e3e5e8; }
@media (prefers-color-scheme: dark) { :root {
  --ground:#141619; --paper:#1c1f23; --ink:#e9e9e5; --soft:#a2a8b0; --line:#343940; --code:#262a2f;
  --good:#53c78f; --bad:#ff7a70; --warn:#f2b552; --accent:#86afff; --up:#3f7a5d; --activity:#3a5280;
  --h0:#263f6b; --h1:#604019; --h2:#22502f; --h3:#55305a; --h4:#4d4a1d; --h5:#1c4d4d; --h6:#5f2f2c; --h7:#353a41; } }
* { box-sizing:border-box; }
html { scroll-padding-top:1rem; }
body { margin:0; background:var(--ground); color:var(--ink); font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif; }
main { max-width:1180px; margin:0 auto; padding:1.5rem 1.25rem 4rem; }
h1 { margin:0; font-size:1.7rem; line-height:1.2; overflow-wrap:anywhere; }
h2 { margin:2.6rem 0 .8rem; font-size:1.15rem; }
h3 { margin:0 0 .3rem; font-size:1rem; }
p { margin:.3rem 0; max-width:75ch; }
code, .mono { font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace; font-size:.88em; }
a { color:var(--accent); }
.soft { color:var(--soft); }
.card { background:var(--paper); border:1px solid var(--line); border-radius:10px; padding:1.1rem 1.3rem; }
.banner { border-left:10px solid var(--tone); padding:1.4rem 1.6rem; }
.verdict { color:var(--tone); font-weight:700; letter-spacing:.08em; text-transform:uppercase; }
.tone-good { --tone:var(--good); } .tone-bad { --tone:var(--bad); } .tone-warn { --tone:var(--warn); }
.figures { display:flex; flex-wrap:wrap; gap:.9rem 2.2rem; margin:1.1rem 0 0; }
.figures dt { color:var(--soft); font-size:.8rem; } .figures dd { margin:0; font-variant-numeric:tabular-nums; }
.again { display:block; margin-top:1.1rem; padding:.6rem .8rem; background:var(--code); border-radius:6px; overflow-x:auto; white-space:pre; user-select:all; }
.wide { overflow-x:auto; padding:.6rem; }
svg.timeline { display:block; width:100%; min-width:760px; height:auto; font:11px system-ui,"DejaVu Sans",sans-serif; }
.timeline text { fill:var(--ink); } .timeline .tick { text-anchor:middle; fill:var(--soft); }
.timeline .name { text-anchor:end; font-size:12px; font-weight:600; } .timeline .note { fill:var(--soft); }
.grid { stroke:var(--line); } .world { stroke:var(--soft); stroke-dasharray:2 4; }
.strike { stroke:var(--warn); stroke-dasharray:3 3; opacity:.75; } .strike.proof { stroke:var(--bad); }
.activity { fill:var(--activity); } .up { fill:var(--up); } .paused { fill:url(#hatch); }
.paused-ground { fill:var(--paper); } .paused-stripe { fill:var(--warn); }
.down { fill:var(--paper); stroke:var(--bad); stroke-width:1.5; stroke-dasharray:3 2; }
.timeline .span-name { text-anchor:middle; fill:var(--bad); font-size:10px; }
.mark line { stroke:var(--tone); opacity:.55; } .mark circle { fill:var(--tone); } .mark circle + text { fill:var(--paper); text-anchor:middle; font-size:9px; font-weight:700; }
.mark { --tone:var(--accent); text-decoration:none; } .mark.fault { --tone:var(--warn); } .mark.proof, .mark.error { --tone:var(--bad); }
.mark:hover circle, .mark:focus circle { stroke:var(--ink); stroke-width:1.5; }
.phase text { font-size:11px; } .hue-0 rect { fill:var(--h0); } .hue-1 rect { fill:var(--h1); } .hue-2 rect { fill:var(--h2); }
.hue-3 rect { fill:var(--h3); } .hue-4 rect { fill:var(--h4); } .hue-5 rect { fill:var(--h5); } .hue-6 rect { fill:var(--h6); } .hue-7 rect { fill:var(--h7); }
.legend { display:flex; flex-wrap:wrap; gap:.3rem 1.4rem; margin:.6rem .4rem .2rem; color:var(--soft); font-size:.85rem; list-style:none; padding:0; }
.legend i { display:inline-block; width:1.5em; height:.6em; margin-right:.45em; border-radius:2px; vertical-align:middle; }
.legend .k-up { background:var(--up); } .legend .k-down { border:1.5px dashed var(--bad); } .legend .k-act { background:var(--activity); }
.legend .k-paused { background:repeating-linear-gradient(45deg,var(--warn) 0 3px,var(--paper) 3px 6px); }
.legend .k-dot { width:.8em; height:.8em; border-radius:50%; } .k-event { background:var(--accent); } .k-fault { background:var(--warn); } .k-proof { background:var(--bad); }
ol.story { list-style:none; margin:0; padding:.4rem 0; }
ol.story li { display:grid; grid-template-columns:2.2rem 5.6rem 9rem 1fr; gap:.2rem .6rem; padding:.28rem 1rem; align-items:baseline; }
ol.story li:target { background:var(--code); }
ol.story .no { justify-self:center; min-width:1.6rem; padding:0 .3rem; border-radius:1rem; text-align:center; font-size:.75rem; font-weight:700; color:var(--paper); background:var(--tone); }
ol.story .event { --tone:var(--accent); } ol.story .fault { --tone:var(--warn); } ol.story .proof, ol.story .error { --tone:var(--bad); }
ol.story .fault .said { color:var(--warn); } ol.story .proof .said, ol.story .error .said { color:var(--bad); font-weight:600; }
.when { text-align:right; color:var(--soft); font-variant-numeric:tabular-nums; font-size:.88rem; }
.who { font-weight:600; font-size:.9rem; overflow-wrap:anywhere; } .said { overflow-wrap:anywhere; } .said .soft { font-weight:400; }
.violation { border-left:6px solid var(--bad); margin-bottom:1rem; } .violation > p:not(.soft) { font-weight:600; }
.drawing { margin:.8rem 0 0; padding:.6rem .8rem; background:var(--code); border-radius:6px; overflow-x:auto; font-size:.85em; }
.chain { list-style:none; margin:1rem 0 0; padding:0; }
.chain li { position:relative; padding:0 0 .7rem 1.7rem; } .chain li:last-child { padding-bottom:.2rem; }
.chain li::before { content:""; position:absolute; left:.35rem; top:.5rem; width:.6rem; height:.6rem; border-radius:50%; background:var(--accent); }
.chain li::after { content:""; position:absolute; left:.6rem; top:1.2rem; bottom:-.4rem; border-left:2px solid var(--line); }
.chain li:last-child::after { display:none; } .chain li.fault::before { background:var(--warn); } .chain li.end::before { background:var(--bad); }
.chain .said { display:block; }
table { width:100%; border-collapse:collapse; font-size:.92rem; } caption { text-align:left; color:var(--soft); font-size:.85rem; padding:.2rem .5rem .6rem; }
th, td { padding:.35rem .55rem; text-align:left; vertical-align:top; border-top:1px solid var(--line); overflow-wrap:anywhere; }
thead th { border-top:0; color:var(--soft); font-size:.8rem; font-weight:600; } .num { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; }
ul.plain { list-style:none; margin:0; padding:0; } ul.plain li { padding:.3rem 0 .3rem 1.6rem; text-indent:-1.6rem; }
.sign { display:inline-block; width:1.6rem; text-indent:0; font-weight:700; } .sign.ok { color:var(--good); } .sign.no { color:var(--bad); } .sign.odd { color:var(--warn); }
.clause { display:inline-block; padding:0 .4rem; border:1px solid var(--line); border-radius:4px; font-size:.78rem; color:var(--soft); text-indent:0; white-space:nowrap; }
details > summary { cursor:pointer; font-weight:600; padding:.3rem 0; } input[type=search] { font:inherit; width:min(28rem,100%); padding:.4rem .6rem; margin:.6rem 0; border:1px solid var(--line); border-radius:6px; background:var(--paper); color:inherit; }
tr.level-warn td { color:var(--warn); } tr.level-error td { color:var(--bad); }
footer { margin-top:3rem; color:var(--soft); font-size:.85rem; }
@media (max-width:720px) { ol.story li { grid-template-columns:2.2rem 5.2rem 1fr; } ol.story .said { grid-column:2 / -1; } }
@media print { body { background:#fff; } main { max-width:none; padding:0; } .card { break-inside:avoid; border-color:#bbb; } details.facts { display:none; } }
)css";

inline constexpr std::string_view page_script = R"js(
const box = document.getElementById('filter'), rows = [...document.querySelectorAll('#facts tbody tr')];
if (box) { box.hidden = false; box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) { const text = row.textContent.toLowerCase(); row.hidden = !words.every(w => text.includes(w)); }
}); }
)js";

}  // namespace logquake::report
