/* Vista de atención. Los pesos llegan una vez, en bytes (véase packing.py); recorrer tokens y cabezas no pregunta nada al kernel. */

const READ_MS = 250;
const LABELS = 32; // tokens: hasta aquí el mapa lleva sus etiquetas
const SAID = 3; // tokens que se dicen de cada fila

async function inflate(packet) {
  const stream = new Blob([packet]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* Un mapa: sus etiquetas y, de cada fila, los bytes (255 es el mayor de la fila) y cuánto vale ese mayor. */
function openMap(layout, bytes, start) {
  const queries = layout.queries.length, keys = layout.keys.length, heads = layout.layers * layout.heads;
  const size = layout.causal ? (queries * (queries + 1)) / 2 : queries * keys;
  const peaks = new DataView(bytes.buffer, start, 2 * heads * queries);
  const cells = start + 2 * heads * queries;
  const index = (layer, head) => layer * layout.heads + head;
  return {
    ...layout,
    end: cells + heads * size,
    row(layer, head, query) {
      const from = cells + index(layer, head) * size + (layout.causal ? (query * (query + 1)) / 2 : query * keys);
      return bytes.subarray(from, from + (layout.causal ? query + 1 : keys));
    },
    peak: (layer, head, query) => peaks.getUint16(2 * (index(layer, head) * queries + query), true) / 65535,
  };
}

function openMaps(layouts, bytes) {
  const maps = [];
  for (const layout of layouts) maps.push(openMap(layout, bytes, maps.length ? maps[maps.length - 1].end : 0));
  return maps;
}

/* Una cabeza en un lienzo de un píxel por peso: el color del acento, más o menos opaco. `image` se aprovecha de una a otra. */
function paintHead(canvas, map, layer, head, tint, image) {
  const width = (canvas.width = image.width), height = (canvas.height = image.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let query = 0; query < height; query += 1) {
    const row = map.row(layer, head, query);
    for (let key = 0; key < row.length; key += 1) pixels[query * width + key] = (row[key] << 24) | tint;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

const blank = (map) => new ImageData(map.keys.length, map.queries.length);

function accent(root) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(getComputedStyle(root).getPropertyValue("--c-accent").trim().slice(at, at + 2), 16));
  return (blue << 16) | (green << 8) | red;
}

/* Avisa cuando cambia el tema de la página o el del sistema. */
function onTheme(action) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(action);
  for (const node of [document.body, document.documentElement]) observer.observe(node, { attributes: true, attributeFilter: ["data-jp-theme-light", "class", "theme"] });
  system.addEventListener("change", action);
  return () => { observer.disconnect(); system.removeEventListener("change", action); };
}

function createChoice(label, onpick) {
  const id = newId(label);
  const select = h("select", { id, class: "c-select", onchange: () => onpick(Number(select.value)), ...OWN_KEYS });
  return {
    node: h("span", { class: "c-choice" }, h("label", { for: id }, label), select),
    set(count, value) {
      if (select.options.length !== count) select.replaceChildren(...Array.from({ length: count }, (_, i) => h("option", { value: i }, String(i))));
      select.value = String(value);
    },
  };
}

/* El mapa de la cabeza elegida, con sus etiquetas y la fila que se mira señalada. */
function createChart(onlook) {
  const canvas = h("canvas", { class: "c-map", role: "img" });
  const line = h("span", { class: "c-line" });
  const rows = h("div", { class: "c-axis c-axis-rows", "aria-hidden": "true" }), columns = h("div", { class: "c-axis c-axis-columns", "aria-hidden": "true" });
  const frame = h("div", { class: "c-frame", onmousemove: move }, canvas, line);
  const node = h("div", { class: "c-chart" }, h("span"), columns, rows, frame);
  let count = 1, marked = 0;

  function move(event) {
    const box = frame.getBoundingClientRect();
    onlook(Math.max(0, Math.min(count - 1, Math.floor((count * (event.clientY - box.top)) / box.height))));
  }

  const fill = (axis, labels) => axis.replaceChildren(...(labels.length <= LABELS ? labels.map((text) => h("span", {}, text)) : []));
  return {
    node,
    label(map) {
      count = map.queries.length;
      fill(rows, map.queries);
      fill(columns, map.keys);
      node.style.setProperty("--cells", `${map.keys.length} / ${count}`);
      node.style.setProperty("--cell", `${Math.max(7, Math.min(12, 300 / Math.max(count, map.keys.length)))}px`);
    },
    paint(map, chosen, tint) {
      paintHead(canvas, map, chosen.layer, chosen.head, tint, blank(map));
      canvas.setAttribute("aria-label", `Mapa de la capa ${chosen.layer}, cabeza ${chosen.head}: una fila por token que mira, una columna por token mirado.`);
    },
    mark(query) {
      rows.children[marked]?.classList.remove("c-on");
      rows.children[query]?.classList.add("c-on");
      marked = query;
      line.style.setProperty("--top", query / count);
      line.style.setProperty("--height", 1 / count);
    },
  };
}

/* Todas las cabezas en pequeño: una fila por capa y una columna por cabeza; las flechas van de una a otra. */
function createGrid(onpick) {
  const node = h("div", { class: "c-heads", role: "group", "aria-label": "Todas las cabezas: una fila por capa, una columna por cabeza. Flechas para elegir.", onkeydown: keys });
  let thumbs = [], width = 0, shape = "", marked = null;

  function keys(event) {
    const at = thumbs.findIndex((one) => one.node === event.target);
    const moves = { ArrowLeft: at % width ? at - 1 : at, ArrowRight: at % width < width - 1 ? at + 1 : at, ArrowUp: at - width, ArrowDown: at + width, Home: 0, End: thumbs.length - 1 };
    if (at < 0 || !(event.key in moves)) return;
    event.preventDefault();
    thumbs[moves[event.key]]?.node.focus();
  }

  function thumb(map, at) {
    const layer = Math.floor(at / map.heads), head = at % map.heads, canvas = h("canvas", { "aria-hidden": "true" });
    const pick = () => onpick(layer, head);
    return { layer, head, canvas, node: h("button", { type: "button", class: "c-head", title: `capa ${layer}, cabeza ${head}`, "aria-label": `capa ${layer}, cabeza ${head}`, "aria-pressed": "false", tabindex: "-1", onclick: pick, onfocus: pick, ...OWN_KEYS }, canvas) };
  }

  function build(map) {
    width = map.heads;
    thumbs = Array.from({ length: map.layers * map.heads }, (_, at) => thumb(map, at));
    const name = (text) => h("span", { class: "c-name", "aria-hidden": "true" }, text);
    const row = (layer) => [name(String(layer)), ...thumbs.slice(layer * width, (layer + 1) * width).map((one) => one.node)];
    node.replaceChildren(name("capa"), ...Array.from({ length: width }, (_, head) => name(String(head))), ...Array.from({ length: map.layers }, (_, layer) => row(layer)).flat());
    node.style.setProperty("--heads", width);
  }

  return {
    node,
    paint(map, tint) {
      if (shape !== `${map.layers}-${map.heads}`) build(map);
      shape = `${map.layers}-${map.heads}`;
      node.style.setProperty("--cells", `${map.keys.length} / ${map.queries.length}`);
      const image = blank(map);
      thumbs.forEach((one) => paintHead(one.canvas, map, one.layer, one.head, tint, image));
    },
    mark(chosen) {
      const pressed = (one, on) => { one?.node.setAttribute("aria-pressed", String(on)); one?.node.setAttribute("tabindex", on ? "0" : "-1"); };
      pressed(marked, false);
      marked = thumbs[chosen.layer * width + chosen.head];
      pressed(marked, true);
    },
  };
}

/* A quién mira sobre todo una fila: «gato» (62 %) y «El» (20 %). */
function mostSeen(map, chosen, query) {
  const row = map.row(chosen.layer, chosen.head, query), peak = map.peak(chosen.layer, chosen.head, query);
  const best = [...row.keys()].sort((a, b) => row[b] - row[a] || a - b).slice(0, SAID).filter((key) => row[key] > 1);
  const said = best.map((key) => `«${map.keys[key]}» (${percent((row[key] / 255) * peak)})`);
  return [said.slice(0, -1).join(", "), said[said.length - 1]].filter(Boolean).join(" y ");
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-attention", "aria-label": "Vista de atención" });
  const link = createLink(model, root, receive, status.busy);
  const typed = debounce((values) => link.send("read", { kind: "read", ...values }), READ_MS);
  const fields = createFields(typed);
  const tabs = h("div", { class: "c-tabs", role: "group", "aria-label": "Qué atención" });
  const layers = createChoice("Capa", (layer) => choose({ layer }));
  const heads = createChoice("Cabeza", (head) => choose({ head }));
  const queries = createStrip("Tokens que miran. Flechas para recorrerlos.", look);
  const keys = createStrip("Tokens mirados");
  const sentence = h("p", { class: "c-sentence" });
  const chart = createChart(look);
  const grid = createGrid((layer, head) => choose({ layer, head }));
  const askedOf = h("p", { class: "c-caption" }), readBy = h("p", { class: "c-caption" }, "A quién mira");
  let maps = [], map = null, chosen = null, query = 0, turn = 0;

  root.append(
    heading("¿Quién mira a quién?", "Pasa el ratón por los tokens, o recórrelos con las flechas, y cambia de cabeza."),
    fields.node, h("div", { class: "c-toolbar" }, tabs, layers.node, heads.node), askedOf, queries.node, readBy, keys.node, sentence,
    h("div", { class: "c-both" }, chart.node, h("div", { class: "c-all" }, h("p", { class: "c-caption" }, "Todas las cabezas (columnas) de todas las capas (filas)"), grid.node)),
    h("p", { class: "c-hint" }, "Cada fila de un mapa tiene su escala: el color más fuerte es lo que más mira ese token."), ...status.nodes);

  function look(at) {
    if (!map) return;
    query = at;
    const row = map.row(chosen.layer, chosen.head, at), peak = map.peak(chosen.layer, chosen.head, at);
    const writing = map.written.length ? `, para escribir «${map.written[at]}»,` : "";
    const text = `«${map.queries[at]}»${writing} mira sobre todo a ${mostSeen(map, chosen, at)}.`;
    (map.map === "cross" ? keys : queries).shade(row, peak);
    queries.mark(at);
    queries.say(at, text);
    chart.mark(at);
    setText(sentence, text);
    status.announce(text);
  }

  function choose(change) {
    if (chosen.layer === (change.layer ?? chosen.layer) && chosen.head === (change.head ?? chosen.head)) return;
    Object.assign(chosen, change);
    showHead();
  }

  function showHead() {
    layers.set(map.layers, chosen.layer);
    heads.set(map.heads, chosen.head);
    chart.paint(map, chosen, accent(root));
    grid.mark(chosen);
    look(query);
  }

  function pickMap(name) {
    map = maps.find((one) => one.map === name) ?? maps[0];
    const cross = map.map === "cross";
    chosen = { map: map.map, layer: Math.min(chosen.layer, map.layers - 1), head: Math.min(chosen.head, map.heads - 1) };
    query = Math.min(query, map.queries.length - 1);
    [...tabs.children].forEach((tab, i) => tab.setAttribute("aria-pressed", String(maps[i] === map)));
    setText(askedOf, cross ? "Quién mira" : "Quién mira y a quién");
    readBy.hidden = keys.node.hidden = !cross;
    queries.fill(map.queries, cross);
    if (cross) keys.fill(map.keys);
    chart.label(map);
    repaint();
  }

  function repaint() {
    if (!map) return;
    grid.paint(map, accent(root));
    showHead();
  }

  function buildTabs() {
    if (maps.length === 1 || tabs.children.length === maps.length) return;
    tabs.replaceChildren(...maps.map((one) => button(one.title, () => pickMap(one.map))));
  }

  async function paint(data, packet) {
    const mine = ++turn;
    const bytes = await inflate(packet);
    if (mine !== turn) return; // ha llegado otro más nuevo
    fields.fill(data.fields);
    maps = openMaps(data.maps, bytes);
    buildTabs();
    query = Infinity; // el último token, que pickMap ajusta a los que haya
    chosen = chosen ?? { ...data.chosen };
    pickMap(chosen.map);
    status.say(data.status);
    root.dataset.version = data.version;
  }

  const answers = {
    snapshot(reply, buffers) { paint(reply, buffers[0]); },
    chosen(reply) { chosen = { ...reply.chosen }; if (map) pickMap(chosen.map); },
    status(reply) { status.say(reply.status); },
  };

  function receive(reply, _mine, _elapsed, buffers) {
    answers[reply.kind]?.(reply, buffers);
  }

  const stop = onTheme(repaint);
  const first = model.get("snapshot");
  if (first.maps) paint(first, model.get("payload")).then(() => link.send("hello", { kind: "hello", version: first.version }));
  el.append(root);
  return () => { stop(); typed.cancel(); link.close(); };
}

export default { render };
