// The page's looks: calm and dense; colours of both schemes have a contrast of 4.5 or more.
// SPDX-License-Identifier: Apache-2.0
#include "view/page_parts.hpp"

namespace lavavisor::view {

// NOLINTNEXTLINE(readability-function-size): it is one text
std::string_view page_style() {
  return R"css(
:root{color-scheme:light dark;--bg:#f7f6f3;--card:#fff;--ink:#1d1b18;--soft:#665f55;--line:#e4e0d8;--good:#17723f;--caution:#8f5500;--bad:#bb2418;--goodbg:#e8f4ec;--cautionbg:#fbf1df;--badbg:#fcebe8;--lava:#d1410c}
@media(prefers-color-scheme:dark){:root{--bg:#141311;--card:#1c1b18;--ink:#edeae4;--soft:#a59e92;--line:#302d28;--good:#6ccf97;--caution:#ecb355;--bad:#ff8c7d;--goodbg:#17281e;--cautionbg:#2c2413;--badbg:#341b18;--lava:#ff6a33}}
*{box-sizing:border-box;margin:0;padding:0}
body{background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;max-width:1080px;margin:0 auto;padding:0 20px 32px;overflow-wrap:anywhere}
a{color:inherit;text-underline-offset:2px;text-decoration-color:var(--soft)}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--lava);outline-offset:2px;border-radius:3px}
code,.num,.of{font-variant-numeric:tabular-nums}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 12px;padding:18px 0 14px}
header .mark{font-weight:600;color:var(--lava)}
header svg{vertical-align:-3px;margin-right:6px;fill:currentColor}
h1{font-size:15px;font-weight:600}
.meta{margin-left:auto;color:var(--soft);font-size:13px}
h2{font-size:13px;font-weight:600;margin-bottom:8px;color:var(--soft)}
h3{font-size:13px;font-weight:500}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 18px;margin-bottom:14px}
.more,.why,.when{color:var(--soft);font-size:13px}
.good{color:var(--good)}.caution{color:var(--caution)}.bad{color:var(--bad)}.unknown{color:var(--soft)}.busy{color:var(--lava)}
.badge{display:inline-flex;align-items:baseline;gap:5px;font-size:13px;font-weight:500;overflow-wrap:break-word}
.badge .mark{font-size:11px;font-weight:700;width:1em;text-align:center}
#now{color:var(--ink);padding:20px 18px 16px}
#now.good{background:var(--goodbg);border-color:transparent}
#now.caution{background:var(--cautionbg);border-color:transparent}
#now.bad{background:var(--badbg);border-color:transparent}
.say{display:flex;gap:14px}
.say>.mark{flex:none;width:30px;height:30px;border-radius:50%;display:grid;place-items:center;font-size:16px;font-weight:700;background:var(--soft);color:var(--card)}
.good .say>.mark{background:var(--good)}.caution .say>.mark{background:var(--caution)}.bad .say>.mark{background:var(--bad)}.busy .say>.mark{background:var(--lava)}
#now h2{font-size:21px;line-height:1.25;letter-spacing:-.01em;color:inherit;margin:1px 0 2px}
#now p{font-size:14px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:14px;margin-top:18px}
.tiles dt{font-size:13px;color:var(--soft)}
.tiles dd{font-size:20px;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
.tiles .more,.small .more{font-size:13px;font-weight:400}
.of{color:var(--soft);font-weight:400}
.small{margin:0 0 12px;display:flex;flex-wrap:wrap;gap:4px 36px}
.small dd{font-size:17px}
table{width:100%;border-collapse:collapse;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;font-weight:400;border-top:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{border:0;padding-top:0;font-size:12px;color:var(--soft);white-space:nowrap}
td.num{min-width:7ch}
.wide{white-space:nowrap}
.plain{overflow-wrap:normal}
section>.why{margin-bottom:8px}
tbody th{font-weight:500}
#services tbody th{min-width:11ch}
th .more{font-size:12px;font-weight:400;margin-left:8px}
td .more{display:block;font-size:12px}
.sub td{border:0;padding:0 0 8px;font-size:13px}
ul{list-style:none}
.notes .what{font-size:14px}
.notes li{display:grid;grid-template-columns:104px 1fr;gap:12px;padding:6px 0;border-top:1px solid var(--line)}
.notes li:first-child,.history>li:first-child{border:0}
.doing li{display:flex;flex-wrap:wrap;align-items:center;gap:4px 14px;padding:4px 0}
progress{accent-color:var(--lava);width:180px}
.history>li{border-top:1px solid var(--line)}
.run{display:grid;grid-template-columns:104px 1fr auto;gap:12px;padding:6px 0;align-items:baseline;list-style:none}
summary{cursor:pointer}
summary::-webkit-details-marker{display:none}
summary u{text-decoration-color:var(--soft);text-underline-offset:2px}
.history .notes{padding:0 0 8px 14px;border-left:2px solid var(--line);margin-bottom:8px;font-size:14px}
.lane{display:grid;grid-template-columns:168px 1fr;gap:14px;align-items:center;margin-bottom:4px}
.lane h3{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.lane>svg{overflow:visible}
.lane svg{display:block;width:100%;font-size:12px;font-variant-numeric:tabular-nums}
.lane svg svg{width:auto}
.lane text{fill:#fff}
.axis text{fill:var(--soft);text-anchor:middle}
.r0{fill:#2f67ad}.r1{fill:#1f7a5c}.r2{fill:#8350b0}.r3{fill:#a4541b}.r4{fill:#466a8c}.r5{fill:#a93b66}.r6{fill:#5c7414}.r7{fill:#6a665f}
.down rect{fill:none;stroke:var(--soft);stroke-dasharray:3 3}
.down text{fill:var(--soft)}
.runs{margin-top:10px}
.runs line{stroke:var(--line)}
.ok circle{fill:var(--card);stroke:var(--soft);stroke-width:1.5}
.changed circle{fill:var(--good)}
.failed path{stroke:var(--bad);stroke-width:2.5;fill:none}
.back path{fill:var(--caution)}
.legend{display:flex;flex-wrap:wrap;align-items:center;gap:4px 6px;margin-top:8px;font-size:12px;color:var(--soft)}
.legend svg:not(:first-child){margin-left:10px}
.legend span{margin-left:auto}
footer{display:flex;flex-wrap:wrap;justify-content:space-between;gap:4px 20px;color:var(--soft);font-size:13px;padding-top:4px}
footer a{margin-left:10px}
@media(max-width:640px){body{padding:0 12px 24px}section{padding:12px 14px;border-radius:8px}header{padding:12px 2px}.meta{margin-left:0;width:100%}#now h2{font-size:18px}.tiles{grid-template-columns:1fr 1fr;margin-top:14px}table{font-size:13px}th,td{padding-right:8px}th .more{display:block;margin-left:0}.lane{grid-template-columns:1fr;gap:1px;margin-bottom:7px}.notes li{grid-template-columns:1fr;gap:2px}.run{grid-template-columns:auto 1fr;gap:2px 10px}.run .when{grid-column:2}}
)css";
}

}  // namespace lavavisor::view
