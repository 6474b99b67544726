"use strict";
// Text from captures only ever becomes text nodes. Only the rows that can be seen are in the table.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters");
  if (!form) return;
  const box = document.getElementById("rows");
  const body = box.querySelector("tbody");
  const detail = document.getElementById("detail");
  const all = data.findings;
  const EXTRA = 8;
  let found = all;
  let chosen = -1; // in `all`
  let height = 40;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const place = (one) =>
    one.connection === undefined ? "file" : `c${one.connection}` + (one.frame === undefined ? "" : `:${one.frame}`);
  const connection = (one) => (one.connection === undefined ? one.file : `${one.file}#c${one.connection}`);
  const value = { severity: (f) => f.severity, rule: (f) => f.rule, blame: (f) => f.blame ?? "nobody for certain",
    type: (f) => f.type ?? "(none)", connection };
  const words = all.map((f) => [f.rule, f.message, f.hint, f.pointer, f.type, f.file].join(" ").toLowerCase());

  for (const [name, of] of Object.entries(value)) {
    const counts = new Map();
    for (const one of all) counts.set(of(one), (counts.get(of(one)) ?? 0) + 1);
    for (const [text, count] of counts)
      form.elements[name].append(element("option", { value: text }, `${text} (${count})`));
  }

  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    found = all.filter((one, index) =>
      Object.entries(value).every(([name, of]) => {
        const wanted = form.elements[name].value;
        return wanted === "" || of(one) === wanted;
      }) && words[index].includes(text));
    document.getElementById("count").textContent = `${found.length} of ${all.length} findings`;
    box.scrollTop = 0;
    draw();
  };

  const space = (rows) => {
    const cell = element("td", { class: "space", colspan: "4" });
    cell.style.height = `${rows * height}px`;
    return element("tr", { "aria-hidden": "true" }, cell);
  };
  const row = (one, index) => {
    const button = element("button", { type: "button" }, one.rule);
    const made = element("tr", { "aria-rowindex": String(index + 2) },
      element("td", { class: one.severity }, one.severity), element("td", {}, button),
      element("td", { title: one.file }, place(one)), element("td", { title: one.message }, one.message));
    if (one === all[chosen]) {
      made.className = "chosen";
      button.setAttribute("aria-current", "true");
    }
    made.addEventListener("click", () => choose(one, true));
    return made;
  };
  const draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / height) - EXTRA);
    const last = Math.min(found.length, first + Math.ceil(box.clientHeight / height) + 2 * EXTRA);
    const focused = body.contains(document.activeElement);
    body.replaceChildren();
    if (first > 0) body.append(space(first));
    for (let index = first; index < last; index++) body.append(row(found[index], index));
    if (last < found.length) body.append(space(found.length - last));
    box.querySelector("table").setAttribute("aria-rowcount", String(found.length + 1));
    if (focused) (body.querySelector("[aria-current]") ?? box).focus({ preventScroll: true });
  };

  const line = (text, cls) => element("p", cls ? { class: cls } : {}, text);
  const frameLine = (frame) =>
    `frame ${frame.frame}` + (frame.elapsed ? ` ${frame.elapsed} s` : "") +
    ` ${frame.direction === "s2c" ? "←" : "→"} ${frame.type ?? "(unknown)"}` +
    (frame.seq === undefined ? "" : `, seq ${frame.seq}`) + `, ${frame.size} bytes`;
  const content = (frame, span) => {
    if (frame.text === undefined) return element("pre", {}, "no text, or no room for it on this page");
    const shown = element("pre", { tabindex: "0", role: "group", "aria-label": `Frame ${frame.frame}` });
    if (span) shown.append(frame.text.slice(0, span[0]),
      element("mark", {}, frame.text.slice(span[0], span[1])), frame.text.slice(span[1]));
    else shown.append(frame.text);
    return shown;
  };
  const example = (heading, lines) => {
    const [caption, ...rest] = lines;
    const made = element("div", {}, element("dt", {}, heading), element("dd", {}, caption));
    if (rest.length) made.append(element("dd", {}, element("pre", { tabindex: "0", role: "group", "aria-label": heading }, rest.join("\n"))));
    return made;
  };

  const show = (one) => {
    const rule = data.rules[one.rule];
    const link = element("a", { href: rule.page }, one.rule);
    const parts = [element("h3", {}, element("span", { class: one.severity }, one.severity), " ", link, `: ${rule.headline}`),
      line(one.message)];
    const where = [one.file];
    if (one.connection !== undefined) where.push(`connection ${one.connection}`);
    if (one.frame !== undefined) where.push(`frame ${one.frame}`);
    if (one.location !== undefined) where.push(one.location);
    if (one.elapsed !== undefined) where.push(`${one.elapsed} s`);
    if (one.pointer) where.push(one.pointer);
    parts.push(line(where.join(", ")), line(`To blame: ${one.blame ?? "nobody for certain"}`));
    if (one.hint && one.hint !== one.expected) parts.push(line(one.hint));
    const both = element("dl");
    if (one.expected !== undefined)
      both.append(element("div", {}, element("dt", {}, "expected"), element("dd", {}, one.expected)));
    else if (rule.good) both.append(example("expected, for example", rule.good));
    if (one.observed !== undefined)
      both.append(element("div", {}, element("dt", {}, "observed"), element("dd", {}, one.observed)));
    else both.append(element("div", {}, element("dt", {}, "observed"), element("dd", {}, one.message)));
    parts.push(both);
    if (one.at !== undefined) {
      parts.push(element("h4", {}, "The frame"), content(data.frames[one.at], one.span));
      const list = element("ol", { "aria-label": "The frames around it" });
      for (const near of one.around) {
        const frame = data.frames[near];
        const item = element("li", near === one.at ? { class: "chosen" } : {});
        if (near === one.at) item.append(frameLine(frame));
        else item.append(element("details", {}, element("summary", {}, frameLine(frame)), content(frame)));
        list.append(item);
      }
      parts.push(element("h4", {}, "Around it"), list);
    } else if (one.frame !== undefined) parts.push(line("The frame is not kept: too much came after it."));
    parts.push(element("h4", {}, "About the rule"), line(rule.meaning), line(`Why it matters: ${rule.why}`), line(`What to do: ${rule.fix}`));
    if (rule.bad) parts.push(element("dl", {}, example("breaks it", rule.bad), example("keeps it", rule.good)));
    detail.replaceChildren(...parts);
    const mark = detail.querySelector("mark");
    if (mark) mark.parentElement.scrollTop = mark.offsetTop - mark.parentElement.offsetTop - 60;
  };
  const choose = (one, byHand) => {
    chosen = all.indexOf(one);
    show(one);
    history.replaceState(null, "", `#finding-${chosen + 1}`);
    draw();
    if (byHand && matchMedia("(max-width: 50rem)").matches) detail.focus();
  };
  const move = (by) => {
    if (!found.length) return;
    const now = found.indexOf(all[chosen]);
    const next = Math.min(found.length - 1, Math.max(0, now < 0 ? 0 : now + by));
    const top = next * height;
    if (top < box.scrollTop) box.scrollTop = top;
    if (top + 2 * height > box.scrollTop + box.clientHeight) box.scrollTop = top + 2 * height - box.clientHeight;
    choose(found[next], false);
  };

  box.addEventListener("scroll", () => requestAnimationFrame(draw));
  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  });
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("resize", draw);
  filter();
  const measured = body.querySelector("tr");
  if (measured && measured.offsetHeight) height = measured.offsetHeight;
  draw();
  const wanted = all[Number(/^#finding-(\d+)$/.exec(location.hash)?.[1]) - 1];
  if (wanted) choose(wanted, false);
})();
