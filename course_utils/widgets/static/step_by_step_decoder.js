/* Decodificador paso a paso. */

const SOURCE_MS = 350;
const CELL = { width: 104, height: 46, gap: 30, top: 4, middle: 17 }; // los carriles, en píxeles
const SVG = ["http:", "", "www.w3.org", "2000", "svg"].join("/"); // un nombre, no una dirección: no se pide nada

function choice(label, onchange) {
  const id = newId("opcion");
  const select = h("select", { id, class: "c-select", ...OWN_KEYS, onchange: () => onchange(select.value) });
  return {
    node: h("span", { class: "c-choice" }, h("label", { for: id }, label), select),
    set(options, current) {
      const names = options.map(([, name]) => name).join("|");
      if (select.dataset.names !== names) {
        select.dataset.names = names;
        select.replaceChildren(...options.map(([value, name]) => h("option", { value }, name)));
      }
      select.value = String(current);
    },
  };
}

/* Una lista de nodos que se rehacen solo cuando cambia cuántos son. */
function pool(container, make) {
  const made = [];
  return (data, paint) => {
    while (made.length < data.length) { made.push(make(made.length)); container.append(made[made.length - 1].node); }
    while (made.length > data.length) made.pop().node.remove();
    data.forEach((one, i) => paint(made[i], one, i));
    return made;
  };
}

function createSourceBand() {
  const list = h("ul", { class: "c-band", "aria-label": "Frase de origen y cuánto se mira cada trozo" });
  const update = pool(list, () => {
    const parts = { text: h("span", { class: "c-piece" }), percent: h("span", { class: "c-share" }) };
    return { ...parts, node: h("li", {}, parts.text, h("span", { class: "c-meter", "aria-hidden": "true" }, h("span", { class: "c-fill" })), parts.percent) };
  });
  return {
    list,
    paint(pieces) {
      const most = Math.max(0, ...pieces.map((piece) => piece.p));
      update(pieces, (part, piece) => {
        setText(part.text, piece.text);
        setText(part.percent, piece.percent);
        part.node.style.setProperty("--p", piece.p);
        part.node.classList.toggle("c-glued", piece.glued);
        part.node.classList.toggle("c-most", piece.p === most);
      });
    },
  };
}

function createTarget(ongo) {
  const strip = h("div", { class: "c-target", role: "toolbar", "aria-label": "Traducción, token a token. Flechas izquierda y derecha para recorrerla." });
  const update = pool(strip, (at) => ({ node: h("button", { type: "button", class: "c-token", tabindex: "-1", onclick: () => ongo(at), ...OWN_KEYS }) }));
  let buttons = [];
  return {
    strip,
    paint(chips, position) {
      buttons = update(chips, (part, chip, at) => {
        setText(part.node, chip.text);
        part.node.className = `c-token${chip.glued ? " c-glued" : ""}${at === position ? " c-now" : at > position ? " c-later" : ""}`;
        part.node.setAttribute("aria-label", `Paso ${at + 1}: ${chip.name}`);
        part.node.setAttribute("aria-current", at === position ? "step" : "false");
        part.node.setAttribute("tabindex", at === position ? "0" : "-1");
      });
    },
    focus(position) { buttons[position]?.node.focus(); },
    has: (node) => strip.contains(node),
  };
}

function createDistribution() {
  const list = h("ul", { class: "c-rows", "aria-label": "Los tokens más probables de este paso" });
  const update = pool(list, () => {
    const parts = { spoken: h("span", { class: "c-hidden" }), label: h("span", { class: "c-row-label" }), bar: h("span", { class: "c-bar" }), value: h("span", { class: "c-value" }) };
    return { ...parts, node: h("li", {}, parts.spoken, h("span", { class: "c-row", "aria-hidden": "true" }, parts.label, h("span", { class: "c-track" }, parts.bar, parts.value))) };
  });
  return {
    list,
    paint(rows) {
      update(rows, (part, row) => {
        setText(part.spoken, row.spoken);
        setText(part.label, row.chosen ? `► ${row.label}` : row.label);
        setText(part.value, row.chosen ? `${row.percent} · escrito` : row.percent);
        part.bar.style.setProperty("--p", row.p);
        part.node.className = row.chosen ? "c-chosen" : "";
      });
    },
  };
}

/* Los carriles: una columna por paso, una fila por hipótesis, y líneas de cada una a la que continúa. */
function createLanes(onpick) {
  const lines = document.createElementNS(SVG, "svg");
  lines.setAttribute("aria-hidden", "true");
  const board = h("div", { class: "c-board", role: "group", "aria-label": "Hipótesis vivas en cada paso. Flechas para recorrerlas." });
  const scroll = h("div", { class: "c-scroll" }, board);
  const left = (at) => at * (CELL.width + CELL.gap);
  let nodes = [];

  function line(at, lane, one) {
    const path = document.createElementNS(SVG, "line");
    const ends = { x1: left(at) - CELL.gap, x2: left(at), y1: one.parent * CELL.height + CELL.middle, y2: lane * CELL.height + CELL.middle };
    for (const [name, value] of Object.entries(ends)) path.setAttribute(name, value);
    path.setAttribute("class", one.on ? "c-on" : one.wins ? "c-wins" : "");
    return path;
  }

  function node(at, lane, one) {
    const made = h("button", { type: "button", tabindex: "-1", onclick: () => onpick(at, lane), ...OWN_KEYS, "aria-label": one.spoken,
      class: `c-stop${one.on ? " c-on" : ""}${one.wins ? " c-wins" : ""}${one.ended ? " c-ended" : ""}` },
      h("span", { class: "c-stop-label" }, one.ended ? `✓ ${one.label}` : one.label), h("span", { class: "c-stop-share" }, one.percent));
    made.style.left = `${left(at)}px`;
    made.style.top = `${lane * CELL.height + CELL.top}px`;
    return made;
  }

  return {
    node: scroll,
    has: (target) => board.contains(target),
    focus(at, lane) { nodes[at]?.[lane]?.focus(); },
    paint(columns, position, lane) {
      const focused = board.contains(document.activeElement);
      const rows = Math.max(0, ...columns.map((column) => column.length));
      nodes = columns.map((column, at) => column.map((one, place) => node(at, place, one)));
      const joined = columns.flatMap((column, at) => (at ? column.map((one, place) => line(at, place, one)) : []));
      joined.sort((one, other) => (one.getAttribute("class") === "c-on") - (other.getAttribute("class") === "c-on"));
      lines.replaceChildren(...joined);
      board.replaceChildren(lines, ...nodes.flat());
      board.style.width = `${Math.max(0, left(columns.length) - CELL.gap)}px`;
      board.style.height = `${rows * CELL.height}px`;
      const current = nodes[position]?.[lane];
      if (!current) return;
      current.classList.add("c-now");
      current.setAttribute("aria-current", "step");
      current.setAttribute("tabindex", "0");
      if (focused) current.focus({ preventScroll: true });
      scroll.scrollLeft = Math.max(0, left(position) - scroll.clientWidth / 2 + CELL.width / 2);
    },
  };
}

function createTable() {
  const body = h("tbody");
  const names = ["", "traducción", "log-prob.", "tokens", "puntuación"];
  const table = h("table", { class: "c-table" }, h("caption", { class: "c-hidden" }, "Traducciones terminadas"), h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))), body);
  return {
    table,
    paint(rows) {
      body.replaceChildren(...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), [row.text, row.total, row.tokens, row.score].map((text) => h("td", {}, text)))));
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-decoder", "aria-label": "Decodificador paso a paso" });
  const link = createLink(model, root, receive, status.busy);
  let data = {};
  let goal = 0;

  const source = createTyping("Frase de origen", 1, SOURCE_MS, link.send);
  const greedy = button("Voraz", () => link.send("search", { kind: "search", strategy: "voraz" }), { title: "En cada paso, el token más probable" });
  const beam = button("Haz", () => link.send("search", { kind: "search", strategy: "haz" }), { title: "Varias hipótesis a la vez" });
  const width = choice("Hipótesis", (value) => link.send("search", { kind: "search", beams: Number(value) }));
  const layer = choice("Capa", (value) => link.send("look", { kind: "look", layer: Number(value), head: data.head }));
  const head = choice("Cabeza", (value) => link.send("look", { kind: "look", layer: data.layer, head: value === "media" ? null : Number(value) }));
  const back = button("◀ Atrás", () => go(goal - 1), { title: "Un paso atrás (flecha izquierda)" });
  const forward = button("Adelante ▶", () => go(goal + 1), { class: "c-button c-primary", title: "Un paso adelante (flecha derecha)" });

  const band = createSourceBand();
  const target = createTarget((at) => go(at));
  const bars = createDistribution();
  const lanes = createLanes((at, lane) => pick(at, lane));
  const table = createTable();
  const where = h("p", { class: "c-where" });
  const rest = h("p", { class: "c-rest" });
  const summary = h("p", { class: "c-summary" });
  const ending = h("p", { class: "c-ending" });
  const search = h("div", { class: "c-search" }, part("Hipótesis vivas en cada paso"), lanes.node, table.table);
  const stage = h("div", { class: "c-stage", onkeydown: move }, h("div", { class: "c-toolbar" }, back, forward),
    part("A qué se mira"), band.list, part("Traducción"), target.strip, h("div", { class: "c-between" }, where), bars.list, rest, summary, ending, search);
  root.append(
    heading("Traducir paso a paso", "Flechas ← → para ir y venir; con el haz, ↑ ↓ para cambiar de hipótesis."), source.node,
    h("div", { class: "c-toolbar" }, h("span", { class: "c-choice", role: "group", "aria-label": "Estrategia" }, greedy, beam), width.node, layer.node, head.node), stage, ...status.nodes);

  function part(text) {
    return h("p", { class: "c-part" }, text);
  }

  function go(position) {
    goal = Math.max(0, Math.min(position, (data.chips ?? []).length - 1));
    link.send("go", { kind: "go", position: goal });
  }

  function pick(step, lane) {
    if (data.lanes?.[step]?.[lane]) link.send("go", { kind: "pick", step, lane });
  }

  function move(event) {
    const steps = { ArrowLeft: goal - 1, ArrowRight: goal + 1, Home: 0, End: data.chips.length - 1 };
    if (event.key in steps) go(steps[event.key]);
    else if (data.lanes.length && event.key === "ArrowUp") pick(data.position, data.lane - 1);
    else if (data.lanes.length && event.key === "ArrowDown") pick(data.position, data.lane + 1);
    else return;
    event.preventDefault();
  }

  function paintControls() {
    const beaming = data.strategy === "haz";
    greedy.setAttribute("aria-pressed", String(!beaming));
    beam.setAttribute("aria-pressed", String(beaming));
    width.node.hidden = !beaming;
    width.set([2, 3, 4, 5, 6].map((n) => [n, String(n)]), data.beams);
    layer.node.hidden = head.node.hidden = !data.layers;
    layer.set(Array.from({ length: data.layers }, (_, n) => [n, String(n)]), data.layer);
    head.set([["media", "media de todas"], ...Array.from({ length: data.heads }, (_, n) => [n, String(n)])], data.head ?? "media");
    back.setAttribute("aria-disabled", String(data.position === 0));
    forward.setAttribute("aria-disabled", String(data.position >= data.chips.length - 1));
  }

  function paint(fresh, forced) {
    const focused = target.has(document.activeElement);
    data = fresh;
    if (!link.owes("go")) goal = data.position; // si se han pulsado más flechas mientras contestaba, no se pierden
    source.take(data.source, forced);
    root.classList.toggle("c-empty-stage", !data.chips.length);
    root.style.setProperty("--scale", data.scale);
    paintControls();
    band.paint(data.pieces);
    target.paint(data.chips, data.position);
    if (focused) target.focus(data.position);
    bars.paint(data.rows);
    search.hidden = !data.lanes.length;
    lanes.paint(data.lanes, data.position, data.lane);
    table.paint(data.finished);
    setText(where, data.where);
    setText(rest, glue(data.rest));
    setText(summary, glue(data.summary));
    setText(ending, data.ending);
    status.say(data.status);
    status.announce(`${data.where} ${data.summary}`);
  }

  function receive(reply, mine) {
    if (reply.kind === "status") return status.say(reply.status);
    paint(reply, reply.force || !mine);
  }

  return openView(model, el, root, link, paint);
}

export default { render };
