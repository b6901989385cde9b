/* Taller de muestreo: dos paneles iguales (el segundo, solo al comparar). */

const QUICK_MS = 45; // si una respuesta tarda más, se piden más tokens de una vez
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function createSlider(control, onmove, onsettle) {
  const id = newId(control.name);
  const value = h("output", { class: "c-slider-value", for: id });
  let stops = [];
  const input = h("input", { id, type: "range", min: 0, step: 1, title: control.help, "data-name": control.name, ...OWN_KEYS,
    oninput: () => { show(); onmove(stops[input.value].value); }, onchange: onsettle });

  function show() {
    const text = stops[input.value].text;
    setText(value, text);
    input.setAttribute("aria-valuetext", text);
    input.style.setProperty("--fill", `${(100 * input.value) / Math.max(stops.length - 1, 1)}%`);
  }

  return {
    node: h("div", { class: "c-control" }, h("div", { class: "c-control-head" }, h("label", { for: id }, control.title), value), input),
    set(fresh, current) {
      stops = fresh.options;
      input.max = stops.length - 1;
      input.value = Math.max(stops.findIndex((stop) => stop.value === current), 0);
      show();
    },
  };
}

function createSeed(control, onmove, onsettle) {
  const id = newId("semilla");
  const input = h("input", { id, type: "number", class: "c-seed", min: control.low, max: control.high, step: 1, title: control.help, "data-name": control.name, ...OWN_KEYS,
    oninput: () => move(input.valueAsNumber) });
  const another = button("Otra", () => { input.value = Number(input.value) >= control.high ? 0 : Number(input.value) + 1; move(input.valueAsNumber); }, { "aria-label": "Otra semilla" });

  function move(value) {
    if (Number.isNaN(value)) return;
    onmove(value);
    onsettle();
  }

  return {
    node: h("div", { class: "c-control c-control-seed" }, h("label", { for: id }, control.title), input, another),
    set(_, current) { if (input.value !== String(current)) input.value = current; },
  };
}

function createBars() {
  const list = h("ul", { class: "c-rows" });
  const rows = [];

  function newRow() {
    const parts = { spoken: h("span", { class: "c-hidden" }), label: h("span", { class: "c-row-label" }), before: h("span", { class: "c-bar c-before" }),
      beforeValue: h("span", { class: "c-value" }), after: h("span", { class: "c-bar c-after" }), afterValue: h("span", { class: "c-value" }) };
    const visible = h("span", { class: "c-row", "aria-hidden": "true" }, parts.label,
      h("span", { class: "c-track" }, parts.before, parts.beforeValue), h("span", { class: "c-track" }, parts.after, parts.afterValue));
    return { ...parts, node: h("li", {}, parts.spoken, visible) };
  }

  function paint(row, data, chosen) {
    setText(row.spoken, data.spoken + (chosen ? ". Es el que salió" : ""));
    setText(row.label, chosen ? `► ${data.label}` : data.label);
    row.before.style.setProperty("--p", data.before);
    row.after.style.setProperty("--p", data.after);
    setText(row.beforeValue, data.before_text);
    setText(row.afterValue, chosen ? `${data.after_text} · salió` : data.after_text);
    row.node.className = data.cut ? "c-cut" : chosen ? "c-chosen" : "";
  }

  return {
    list,
    update(data, chosen) {
      while (rows.length < data.length) { rows.push(newRow()); list.append(rows[rows.length - 1].node); }
      while (rows.length > data.length) rows.pop().node.remove();
      data.forEach((one, i) => paint(rows[i], one, one.id === chosen));
    },
  };
}

/* El texto: una ficha por token, su valor al pasar el ratón, al enfocarla y en una lista. */
function createText(onlook) {
  const prompt = h("span", { class: "c-prompt" });
  const strip = h("span", { class: "c-chips", role: "toolbar", "aria-label": "Texto generado, token a token. Flechas para recorrerlo, Intro para ver de dónde salió." });
  const tip = h("div", { class: "c-tip", role: "tooltip" });
  const box = h("div", { class: "c-text" }, prompt, strip, tip);
  const body = h("tbody");
  const table = h("table", {}, h("thead", {}, h("tr", {}, ["n.º", "token", "probabilidad", "según el modelo", "puesto"].map((name) => h("th", { scope: "col" }, name)))), body);
  const details = h("details", { class: "c-list", ontoggle: () => fillTable() }, h("summary", { ...OWN_KEYS }, "Ver la lista de tokens con su probabilidad"), h("div", { class: "c-scroll" }, table));
  const chips = [];

  const spoken = (chip) => `${chip.name}: ${chip.percent}; según el modelo, ${chip.model_percent}; ${chip.rank}`;

  function node(chip) {
    const look = () => onlook(chip.at);
    const ink = h("span", { class: `c-ink c-level-${chip.level}` }, chip.text.startsWith(" ") ? chip.text.slice(1) : chip.text);
    const made = h("span", { class: "c-chip", role: "button", tabindex: "-1", "aria-label": spoken(chip), "data-at": chip.at, onclick: look, ...OWN_KEYS,
      onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); look(); } },
      onmouseenter: () => showTip(made, chip), onmouseleave: hideTip, onfocus: () => showTip(made, chip), onblur: hideTip }, chip.text.startsWith(" ") ? " " : "", ink);
    ink.style.setProperty("--p", chip.p);
    return made;
  }

  function showTip(target, chip) {
    tip.replaceChildren(h("strong", {}, chip.name), ` ${chip.percent}`, h("span", {}, `según el modelo, ${chip.model_percent} · ${chip.rank}`));
    tip.classList.add("c-on");
    const frame = box.getBoundingClientRect();
    const spot = target.lastChild.getClientRects()[0] ?? target.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(spot.left - frame.left, frame.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${spot.bottom - frame.top + 6}px`;
  }

  function hideTip() {
    tip.classList.remove("c-on");
  }

  function fillTable() {
    if (!details.open) return;
    body.replaceChildren(...chips.map((chip, i) => h("tr", {}, [String(i + 1), chip.name, chip.percent, chip.model_percent, chip.rank.split(" ")[0]].map((text) => h("td", {}, text)))));
  }

  roving(strip, ".c-chip", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);
  return {
    nodes: [box, details],
    prompt(text) { setText(prompt, text); },
    count: () => chips.length,
    mark(position) {
      for (const one of strip.children) {
        const looked = position !== null && Number(one.dataset.at) === position;
        one.classList.toggle("c-looked", looked);
        one.setAttribute("aria-pressed", String(looked));
      }
    },
    splice(from, fresh) {
      hideTip();
      while (chips.length > from) { chips.pop(); strip.lastChild.remove(); }
      for (const chip of fresh) { chips.push(chip); strip.append(node(chip)); }
      if (strip.firstChild && !strip.querySelector('[tabindex="0"]')) strip.firstChild.setAttribute("tabindex", "0");
      fillTable();
    },
  };
}

function createPanel(name, link, status, onsettle) {
  const bars = createBars();
  const text = createText((position) => link.send(`look-${name}`, { kind: "look", panel: name, position }));
  const badge = h("p", { class: "c-badge", "aria-hidden": "true" }, `Ajuste ${name}`);
  const where = h("p", { class: "c-where" });
  const fullScale = h("span", { class: "c-scale" });
  const summary = h("p", { class: "c-summary" });
  const made = h("p", { class: "c-made" });
  const rest = h("p", { class: "c-rest" });
  const controls = {};
  const form = h("div", { class: "c-controls", role: "group", "aria-label": `Mandos del ajuste ${name}` });
  const head = h("div", { class: "c-row c-row-head", "aria-hidden": "true" }, h("span"), h("span", {}, "antes ", h("small", {}, "lo que da el modelo")), h("span", {}, "después ", h("small", {}, "con tus mandos")));
  const graph = h("div", { class: "c-graph" }, h("div", { class: "c-between" }, where, fullScale), head, bars.list, rest, summary);
  const node = h("div", { class: "c-panel", role: "group", "aria-label": `Ajuste ${name}` }, badge, h("div", { class: "c-panel-top" }, form, graph), h("div", { class: "c-output" }, made, text.nodes));
  let running = false;

  function addControl(control) {
    const move = (value) => link.send(`${name}-${control.name}`, { kind: "move", panel: name, [control.name]: value });
    controls[control.name] = (control.options.length ? createSlider : createSeed)(control, move, () => onsettle(name));
    form.append(controls[control.name].node);
  }

  const ask = (count) => requestAnimationFrame(() => { if (running) link.send(`next-${name}`, { kind: "next", panel: name, count }); });

  return {
    node,
    text,
    scale: 1,
    setControls(list, settings) {
      for (const control of list) {
        if (!controls[control.name]) addControl(control);
        controls[control.name].set(control, settings[control.name]);
      }
    },
    update(data) {
      bars.list.setAttribute("aria-label", `${data.where}: antes y después de los ajustes`);
      bars.update(data.rows, data.chosen);
      this.scale = data.scale;
      setText(where, data.where);
      setText(summary, glue(data.summary));
      setText(made, data.made);
      setText(rest, glue(`${data.rest.label}: ${data.rest.before_text} → ${data.rest.after_text}`));
      text.mark(data.position);
      status.announce(data.summary);
    },
    setScale(text) { setText(fullScale, text); },
    running: () => running,
    start() { running = true; link.send(`start-${name}`, { kind: "start", panel: name }); },
    stop() { const was = running; running = false; return was; },
    started(tail) { text.prompt(tail); text.splice(0, []); if (running) ask(calm() ? 16 : 1); },
    receive(reply, mine, elapsed) {
      text.splice(reply.from, reply.chips);
      if (reply.finish) running = false;
      else if (mine && running) ask(calm() ? 16 : elapsed > QUICK_MS ? 4 : 1);
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-playground", "aria-label": "Taller de muestreo", onkeydown: (event) => { if (event.key === "Escape" && busy()) halt(); } });
  const link = createLink(model, root, receive, status.busy);
  let comparing = false;

  const auto = h("input", { type: "checkbox", checked: true, id: newId("auto"), ...OWN_KEYS });
  const settled = debounce((name) => { if (auto.checked) run([name]); }, 160);
  const panels = { A: createPanel("A", link, status, settled), B: createPanel("B", link, status, settled) };
  const visible = () => (comparing ? ["A", "B"] : ["A"]);

  const typed = debounce(() => { stop(); link.send("prompt", { kind: "prompt", text: prompt.box.value }); }, 150);
  const prompt = textBox("Prompt", 2, typed);
  const generate = button("▶ Generar", () => (busy() ? halt() : run(visible())), { class: "c-button c-primary" });
  const compare = button("Comparar dos ajustes", () => { stop(); link.send("compare", { kind: "compare", on: !comparing }); }, { "aria-pressed": "false" });
  const restart = button("Volver a empezar", () => { typed.cancel(); stop(); link.send("restart", { kind: "restart" }); }, { title: "Prompt y mandos como al principio, sin texto" });
  const area = h("div", { class: "c-panels" }, panels.A.node, panels.B.node);
  root.append(
    heading("Taller de muestreo", "Mueve los mandos y mira cómo cambian el reparto y el texto."), prompt.node,
    h("div", { class: "c-toolbar" }, generate, compare, restart, h("label", { class: "c-check", for: auto.id }, auto, "Generar otra vez al mover un mando")), area, ...status.nodes);

  const busy = () => visible().some((name) => panels[name].running());

  function showRunning() {
    setText(generate, busy() ? "■ Detener" : "▶ Generar");
    generate.classList.toggle("c-running", busy());
  }

  function run(names) {
    status.say("");
    names.forEach((name) => panels[name].start());
    showRunning();
  }

  function stop() {
    const stopped = Object.values(panels).map((panel) => panel.stop()).some(Boolean);
    settled.cancel();
    showRunning();
    return stopped;
  }

  function halt() {
    if (!stop()) return;
    const counts = visible().map((name) => panels[name].text.count());
    status.say(`Detenido por ti tras ${counts.join(" y ")} ${counts.join() === "1" ? "token" : "tokens"}.`);
  }

  function rescale() {
    const scale = Math.max(...visible().map((name) => panels[name].scale));
    root.style.setProperty("--scale", scale);
    Object.values(panels).forEach((panel) => panel.setScale(`barra entera = ${Math.round(100 * scale)} %`));
  }

  function paintPanels(updates) {
    for (const [name, data] of Object.entries(updates)) panels[name].update(data);
    rescale();
  }

  function paint(data) {
    comparing = data.comparing;
    root.classList.toggle("c-comparing", comparing);
    panels.B.node.hidden = !comparing;
    compare.setAttribute("aria-pressed", String(comparing));
    for (const name of Object.keys(panels)) {
      panels[name].setControls(data.controls[name], data.panels[name].settings);
      panels[name].text.prompt(data.tail);
      panels[name].text.splice(0, data.texts[name] ?? []);
    }
    paintPanels(data.panels);
    status.say(data.status);
    showRunning();
  }

  function fillPrompt(text) {
    if (prompt.box.value !== text) prompt.box.value = text;
  }

  const answers = {
    snapshot(reply) { fillPrompt(reply.prompt); paint(reply); if (reply.comparing && !reply.texts.B && auto.checked) run(["B"]); },
    prompt(reply, mine) { if (!mine) fillPrompt(reply.prompt); paint(reply); if (mine && auto.checked) run(visible()); },
    controls(reply) { Object.keys(panels).forEach((name) => panels[name].setControls(reply.controls[name], reply.panels[name].settings)); },
    panels(reply) { paintPanels(reply.panels); if (reply.status) status.say(reply.status); },
    started(reply) { paintPanels(reply.panels); panels[reply.panel].started(reply.tail); },
    tokens(reply, mine, elapsed) { panels[reply.panel].receive(reply, mine, elapsed); if (reply.status) status.say(reply.status); showRunning(); },
    status(reply) { stop(); status.say(reply.status); },
  };

  function receive(reply, mine, elapsed) {
    answers[reply.kind]?.(reply, mine, elapsed);
  }

  const close = openView(model, el, root, link, answers.snapshot);
  return () => { stop(); close(); };
}

export default { render };
