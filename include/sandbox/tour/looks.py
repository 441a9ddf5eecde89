"""How the page looks, and the little script that keeps it fresh. It works without the script."""

STYLE = """
:root{color-scheme:light dark;--line:light-dark(#d8dde3,#3a414a);--soft:light-dark(#f5f7f9,#20252b);
--mute:light-dark(#5a6570,#a3aeb9);--good:light-dark(#0f6b41,#4ccb8f);--warn:light-dark(#8f4700,#ffb054);
--bad:light-dark(#a3231f,#ff8f87);--link:light-dark(#0b57a4,#8ab8ff)}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:1320px;padding:20px}
h1{font-size:22px;margin:0}h2{font-size:19px;margin:36px 0 8px}h3{font-size:16px;margin:0}
h4{font-size:15px;margin:22px 0 6px}p{margin:6px 0}a{color:var(--link)}
header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline}header a{margin-left:auto}
.mute,.seen,figcaption,th{color:var(--mute)}
ol.tour{padding:0;list-style:none;counter-reset:step;display:grid;gap:12px;
grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr))}
.tour>li{counter-increment:step;border:1px solid var(--line);border-radius:10px;padding:14px 16px;
min-width:0;scroll-margin-top:12px}
.tour h3::before{content:counter(step) ". "}.tour ul{margin:6px 0;padding-left:20px}
.forms{list-style:none}
.seen{border-left:3px solid var(--good);padding-left:10px}
form{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;margin:8px 0}
label{display:inline-flex;gap:4px;align-items:center;font-size:13px;color:var(--mute);max-width:100%}
input,select,button{font:inherit;font-size:14px;min-width:0;max-width:100%;padding:5px 9px;
border:1px solid var(--line);border-radius:6px;background:light-dark(#fff,#14181d);color:inherit}
input{width:9.5em}input.short{width:6em}
button{background:light-dark(#0b57a4,#1d5fae);border-color:transparent;color:#fff;cursor:pointer}
button:disabled{opacity:.5;cursor:default}
:focus-visible{outline:3px solid light-dark(#f0a400,#ffcc4d);outline-offset:1px}
form details{flex-basis:100%;font-size:13px}summary{cursor:pointer;color:var(--mute)}
code{display:block;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);
padding:6px 8px;border-radius:6px;font-size:12.5px}
.done,.error{padding:6px 10px;border-radius:6px;background:var(--soft);border-left:3px solid var(--good)}
.error{border-color:var(--bad);color:var(--bad);overflow-wrap:anywhere}
.banner{border:1px solid var(--bad);border-radius:8px;padding:8px 14px;margin:10px 0}
.sums{display:flex;flex-wrap:wrap;gap:10px 32px;background:var(--soft);padding:12px 16px;border-radius:8px}
.sums b{display:block;font-size:18px}
.why{display:grid;gap:10px;padding:0;list-style:none;
grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr))}
.why>li{border:1px solid var(--line);border-left:3px solid var(--warn);border-radius:8px;padding:8px 14px;min-width:0}
.why>li.settled{border-left-color:var(--line)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:500;font-size:12.5px}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.gap{border-left:3px solid var(--line);background:var(--soft)}
.chip{border:1px solid var(--line);border-radius:9px;padding:0 7px;font-size:12px;margin-right:4px}
.Mismatch{color:var(--warn);border-color:var(--warn)}.Import{color:var(--good);border-color:var(--good)}
:target:not(li,section),.found{background:light-dark(#fff3c4,#4a4013)}li:target{border-color:var(--good)}
.none{color:var(--mute);font-style:italic}
"""

SCRIPT = """
const text = async () => (await fetch(location.href)).text();
const isBusy = box => box.contains(document.activeElement) || box.dataset.touched
  || box.querySelector("details[open]");
setInterval(() => text().then(html => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const box of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(box.id);
    if (now && !isBusy(box) && now.innerHTML !== box.innerHTML)
      box.replaceChildren(...now.childNodes);
  }
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target?.matches("tr,td")) target.classList.add("found");
}).catch(() => {}), 4000);
addEventListener("input", event => {
  const form = event.target.form, line = form?.querySelector("[data-curl]");
  event.target.closest("[data-live]")?.setAttribute("data-touched", "1");
  if (!line) return;
  let curl = line.dataset.curl;
  for (const [name, value] of new FormData(form)) {
    const sent = (value ? JSON.stringify(value) : "null").replaceAll("'", `'"'"'`);
    curl = curl.replaceAll(`"{${name}}"`, sent).replaceAll(`{${name}}`, value);
  }
  line.textContent = curl;
});
"""
