/* Máscaras y objetivos. Recorrer los tokens no pregunta nada al kernel: lo que ve cada uno ya ha llegado. */

const TEXT_MS = 250;
const SIDE = 320; // lado de la matriz, en píxeles
const SVG = ["http:", "", "www.w3.org", "2000", "svg"].join("/"); // un nombre, no una dirección: no se pide nada

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function createChips(onlook) {
  const sides = { read: side("Lo que se lee"), written: side("Lo que se escribe") };
  const node = h("div", { class: "c-sides", role: "toolbar", "aria-label": "Tokens. Flechas para recorrerlos y oír qué ve cada uno." }, sides.read.node, sides.written.node);
  let buttons = [];

  function side(name) {
    const title = h("p", { class: "c-part" }, name);
    const list = h("div", { class: "c-chips" });
    return { title, list, node: h("div", {}, title, list) };
  }

  function chip(data, at, spoken, noted) {
    const look = () => onlook(at);
    const wanted = noted ? h("span", { class: "c-wanted" }, data.predicts ? `→ ${data.predicts}` : "\u00a0") : null;
    return h("button", { type: "button", tabindex: "-1", "aria-label": spoken, onmouseenter: look, onfocus: look, onclick: look, ...OWN_KEYS,
      class: `c-chip${data.glued ? " c-glued" : ""}${data.special ? " c-special" : ""}` },
      h("span", { class: "c-ink" }, data.text), wanted);
  }

  function fillSide({ list }, data, start, spoken) {
    const noted = data.some((one) => one.predicts);
    list.replaceChildren(...data.map((one, at) => chip(one, start + at, spoken[start + at], noted)));
  }

  roving(node, ".c-chip", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);
  return {
    node,
    fill(view) {
      const focused = buttons.indexOf(document.activeElement);
      fillSide(sides.read, view.read, 0, view.spoken);
      fillSide(sides.written, view.written, view.read.length, view.spoken);
      sides.written.node.hidden = !view.written.length;
      buttons = [...sides.read.list.children, ...sides.written.list.children];
      if (focused >= 0) buttons[Math.min(focused, buttons.length - 1)]?.focus();
    },
    mark(chosen, sees) {
      const seen = (at) => sees.some(([from, to]) => from <= at && at < to);
      buttons.forEach((one, at) => {
        one.classList.toggle("c-now", at === chosen);
        one.classList.toggle("c-seen", seen(at));
        one.setAttribute("tabindex", at === chosen ? "0" : "-1");
        one.setAttribute("aria-current", String(at === chosen));
      });
    },
  };
}

function createMatrix(onlook) {
  const name = newId("rayas");
  const board = shape("svg", { class: "c-matrix", viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" });
  let rows = [];
  board.addEventListener("mousemove", (event) => {
    const frame = board.getBoundingClientRect();
    const at = Math.floor(((event.clientY - frame.top) / frame.height) * rows.length);
    if (at >= 0 && at < rows.length) onlook(at);
  });

  function stripes() {
    const pattern = shape("pattern", { id: name, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(shape("rect", { width: 6, height: 6, class: "c-blank" }), shape("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "c-stripe" }));
    const defs = shape("defs", {});
    defs.append(pattern);
    return defs;
  }

  function row(runs, at, cell) {
    const group = shape("g", {});
    for (const [from, to] of runs) group.append(shape("rect", { x: from * cell, y: at * cell, width: (to - from) * cell, height: cell, class: "c-lit" }));
    return group;
  }

  function columns(sees, cell) {
    let path = "";
    sees.forEach((runs, at) => {
      for (const [from, to] of runs) for (let place = from + 1; place < to; place += 1) path += `M ${place * cell} ${at * cell} v ${cell} `;
    });
    return shape("path", { d: path, class: "c-bars" });
  }

  return {
    board,
    fill(view) {
      const cell = SIDE / Math.max(view.sees.length, 1);
      rows = view.sees.map((runs, at) => row(runs, at, cell));
      const place = view.read.length * cell;
      const split = view.written.length ? [shape("path", { d: `M ${place} 0 V ${SIDE} M 0 ${place} H ${SIDE}`, class: "c-split" })] : [];
      board.replaceChildren(stripes(), shape("rect", { width: SIDE, height: SIDE, fill: `url(#${name})` }), ...rows, columns(view.sees, cell), ...split);
      board.setAttribute("aria-label", `Matriz de ${view.sees.length} por ${view.sees.length}: cada fila, lo que ve un token. ${view.summary}`);
      board.toggleAttribute("hidden", !view.sees.length);
    },
    mark(chosen) {
      rows.forEach((one, at) => one.setAttribute("class", at === chosen ? "c-now" : ""));
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-masks", "aria-label": "Máscaras y objetivos" });
  const link = createLink(model, root, receive, status.busy);
  const tabs = {};
  let data = {};
  let chosen = 0;

  const text = createTyping("Texto", 1, TEXT_MS, link.send);
  const choices = h("div", { class: "c-toolbar", role: "group", "aria-label": "Arquitectura y objetivo" });
  const again = button("Otro sorteo", () => link.send("again", { kind: "again" }), { class: "c-button c-again", title: "Tapa otros tokens, o corta en otro sitio" });
  const hint = h("p", { class: "c-where" });
  const chips = createChips(look);
  const matrix = createMatrix(look);
  const said = h("p", { class: "c-summary" });
  const total = h("p", { class: "c-rest" });
  const legend = h("p", { class: "c-rest" }, "fila: quien mira · columna: lo mirado · a rayas: lo que no se ve");
  root.append(
    heading("Qué ve cada token y qué se puntúa", "Pasa el ratón por un token, o recórrelos con las flechas."), text.node, choices, hint,
    h("div", { class: "c-split-view" }, h("div", {}, chips.node, said, total), h("div", { class: "c-matrix-side" }, matrix.board, legend)), ...status.nodes);

  function look(at) {
    if (!data.sees?.[at]) return;
    chosen = at;
    chips.mark(at, data.sees[at]);
    matrix.mark(at);
    setText(said, data.spoken[at]);
  }

  function paintTabs() {
    for (const one of data.objectives) {
      if (!tabs[one.name]) {
        tabs[one.name] = button(one.title, () => link.send("choose", { kind: "choose", objective: one.name }), { title: one.hint });
        choices.append(tabs[one.name]);
      }
      tabs[one.name].setAttribute("aria-pressed", String(one.name === data.objective));
      if (one.name === data.objective) setText(hint, `${one.hint}.`);
    }
    choices.append(again);
    again.hidden = data.objective === "causal"; // ahí no se sortea nada
  }

  function paint(fresh, forced) {
    const same = fresh.objective === data.objective && fresh.sees.length === data.sees?.length;
    data = fresh;
    text.take(data.text, forced);
    paintTabs();
    root.classList.toggle("c-nothing", !data.sees.length);
    setText(said, "");
    setText(total, glue(data.summary));
    chips.fill(data);
    matrix.fill(data);
    look(same ? chosen : data.first);
    status.say(data.status);
    status.announce(data.summary);
  }

  function receive(reply, mine) {
    if (reply.kind === "status") return status.say(reply.status);
    paint(reply, reply.force || !mine);
  }

  return openView(model, el, root, link, paint);
}

export default { render };
